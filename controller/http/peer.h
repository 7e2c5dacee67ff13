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
  std::string path;  // put before each target; without a slash at its end

  // "10.96.0.1:443", "[fd00::1]:6443": as messages name it.
  std::string text() const;
};

// Reads "https://host[:port][/path]". The error says what is wrong with the URL.
base::Result<Peer> parse_peer(std::string_view base_url);

// The URL as the HTTP library wants it, which would look the brackets of an IPv6 address up as part of the name:
// without them, and with the port always written, since it reads the port from the end.
std::string unbracketed(const std::string& base_url, const Peer& peer);

// One sentence for each way to fail: what happened with whom, what to check.
Error cannot_resolve(const Peer& peer);
// `code`: an errno.
Error cannot_connect(const Peer& peer, int code);
Error tls_not_set_up(const Peer& peer, const std::string& why);
// `code`: OpenSSL's packed code, or an errno where the server closed the connection. `refusal`: what the last
// certificate was refused for.
Error handshake_failed(const Peer& peer, int code, const std::string& refusal);
Error broke_while_sending(const Peer& peer);
Error no_answer(const Peer& peer);
Error answer_cut(const Peer& peer);
Error not_http(const Peer& peer);

// From cpprestsdk's words and error code (an errno, a resolver's code or OpenSSL's packed code, depending on the
// stage that the words name) to one of those sentences.
Error describe_failure(const Peer& peer, std::string_view what, int code, const std::string& refusal);

Error deadline_passed(const Peer& peer, base::Duration deadline);
Error silence(const Peer& peer, base::Duration idle);
Error stopped(const Peer& peer);
Error too_large(const Peer& peer, std::string_view what, std::size_t limit);

}  // namespace http
