// Who the transport talks to, and what to tell a person when that fails. Pure: no sockets.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/transport.h"

namespace http {

struct Peer {
  std::string host;  // without the brackets of an IPv6 address
  int port = 0;
  bool tls = false;

  // "10.96.0.1:443", "[fd00::1]:6443": as messages name it.
  std::string text() const;
};

// Reads "https://host[:port][/path]". The error says what is wrong with the URL.
base::Result<Peer> parse_peer(std::string_view base_url);

// The URL as the HTTP library wants it, which would look the brackets of an IPv6 address up as part of the name:
// without them, and with the port always written, since it reads the port from the end.
std::string unbracketed(const std::string& base_url, const Peer& peer);

// From the HTTP library's words and error code (an errno, a resolver's code or OpenSSL's packed code, depending on the
// stage that the words name) to one sentence: what happened with whom, what to check. `refusal` is what the last
// certificate was refused for.
Error describe_failure(const Peer& peer, std::string_view what, int code, const std::string& refusal);

Error deadline_passed(const Peer& peer, base::Duration deadline);
Error silence(const Peer& peer, base::Duration idle);
Error stopped(const Peer& peer);
Error too_large(const Peer& peer, std::string_view what, std::size_t limit);

}  // namespace http
