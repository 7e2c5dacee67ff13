// http::Transport on cpprestsdk. The .cpp is the only file that includes it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/tls.h"
#include "http/transport.h"

namespace http {

struct CppRestOptions {
  std::string base_url;         // scheme, host, port; a path is put before each target
  std::string tls_server_name;  // name that the certificate must carry; empty: the URL's host
  bool insecure_skip_tls_verify = false;
  // Asked for on the calling thread: when a request needs a new connection, after an answer 401, and at least every 5
  // min. Where the answer has changed, connections made with the old one get no new requests. A connection that the
  // library opens anew by itself (below) is made with the last answer.
  std::function<base::Result<TlsConfig>()> tls;
};

// What follows from the library, for callers:
// - Connections are kept alive and shared by all threads, each request on one of its own; idle ones go after 30 to 60
// s.
// - When the server has closed a kept connection the library sends the request again on a new one, whatever the method.
// So
//   a create may be done twice: expect AlreadyExists. A server-side apply may be repeated by nature.
// - A chunk of a chunked answer is read whole before any bound applies: the peer is trusted to that extent.
// - No redirect is followed, no proxy used, no compression asked for.
// A URL that cannot be used makes each call fail with that message.
std::unique_ptr<Transport> make_cpprest_transport(CppRestOptions options);

// Call once, first thing in main, while there is one thread: bounds the library's thread pool to `threads`, and keeps
// it from loading the system's certificate authorities at each connection (21 ms and megabytes for nothing: the
// authorities come through TlsConfig). It changes SSL_CERT_FILE and SSL_CERT_DIR of this process: read the environment
// before. One thread is enough for thousands of requests a second, and is what was measured and run under
// ThreadSanitizer.
void initialize_cpprest(unsigned threads);

}  // namespace http
