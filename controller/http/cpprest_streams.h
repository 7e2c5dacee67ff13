// Answers that go on for minutes, on cpprestsdk. The .cpp is the only file that includes it.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/peer.h"
#include "http/transport.h"
#include "http/transport_options.h"

namespace http {

// Thread-safe. What follows from the library, for callers:
// - Connections are kept alive; idle ones go after 30 to 60 s.
// - When the server has closed a kept connection the library sends the request again on a new one: reads only.
// - A connection that the library opens anew by itself is made with the last answer of TransportOptions::tls.
// - A chunk of a chunked answer is read whole before any bound applies: the peer is trusted to that extent.
// - No redirect is followed, no proxy used, no compression asked for.
class Streams {
 public:
  virtual ~Streams() = default;
  // As Transport::stream.
  virtual Result<Response> stream(const Request& request, base::Duration idle,
                                  const std::function<bool(std::string_view line)>& on_line, std::stop_token stop) = 0;
};

// The error says what the library has against the URL.
base::Result<std::unique_ptr<Streams>> make_cpprest_streams(TransportOptions options, Peer peer);

// Call once, first thing in main, while there is one thread: bounds the library's thread pool to `threads`, and keeps
// it from loading the system's certificate authorities at each connection (21 ms and megabytes for nothing: the
// authorities come through TlsConfig). It changes SSL_CERT_FILE and SSL_CERT_DIR of this process: read the environment
// before. One thread is enough for all watches, and is what was measured and run under ThreadSanitizer.
void initialize_cpprest(unsigned threads);

}  // namespace http
