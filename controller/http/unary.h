// One request, one answer, on the calling thread.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "http/connection.h"
#include "http/peer.h"
#include "http/resolver.h"
#include "http/tls_source.h"
#include "http/transport.h"
#include "http/transport_options.h"

namespace http {

// Thread-safe. Connections are kept alive and shared by all threads, each request on one of its own; one that has been
// idle for 30 s is not used again. A request that may be repeated and meets a connection that the server has just
// closed goes out again on another. No redirect is followed, no proxy used, no compression asked for.
class Unary {
 public:
  Unary(const TransportOptions& options, Peer peer);

  // As Transport::send.
  Result<Response> send(const Request& request, base::Duration deadline, const std::stop_token& stop);

 private:
  struct Kept {
    std::unique_ptr<Connection> connection;
    std::shared_ptr<SSL_CTX> context;  // that it was made with; null: without TLS
    base::Monotonic since;
  };
  struct Call {
    const std::string& text;
    base::Duration deadline;
    base::Monotonic until;
    const std::stop_token& stop;
  };
  // What came of a request on one connection.
  struct Exchanged {
    Result<Response> answer;
    bool keep = false;         // the connection can be used again
    bool never_begun = false;  // it ended before the first byte of an answer
  };

  base::Result<std::shared_ptr<SSL_CTX>> context_for(const TlsConfig& config);
  Kept take_kept();
  Result<Kept> open(const Call& call);
  Result<std::unique_ptr<Connection>> connect(const Call& call, SSL_CTX* context);
  Exchanged exchange(Connection& connection, const Call& call) const;
  Error failure_of(Connection::Outcome outcome, const Call& call, Error otherwise) const;
  std::string text_of(const Request& request) const;
  void keep(Kept connection);

  const Peer peer_;
  Resolver resolver_;
  TlsContexts contexts_;
  TlsSource source_;
  std::mutex mutex_;
  TlsConfig config_;                  // guarded by mutex_: what context_ was made from
  std::shared_ptr<SSL_CTX> context_;  // guarded by mutex_: of new connections, and of those that are worth keeping
  std::vector<Kept> kept_;            // guarded by mutex_: the one used last at the end
};

}  // namespace http
