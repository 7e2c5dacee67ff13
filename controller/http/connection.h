// One connection to a server: a socket, and TLS on it where the server speaks that. It blocks its caller: an exchange
// costs two system calls, and no other thread is woken for it.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <mutex>
#include <string_view>

#include "base/clock.h"
#include "http/resolver.h"
#include "http/tls.h"

namespace http {

// For one thread at a time, but for interrupt().
class Connection {
 public:
  // How far a call came.
  enum class Outcome {
    done,
    closed,   // by the server, in an orderly way
    timeout,  // the deadline passed
    broken,   // error() tells more
  };

  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Ends whatever it blocks in, now and later. Any thread.
  void interrupt();

  Outcome connect(const Address& address, base::Monotonic deadline);
  // TLS, after connect(). `contexts` sets the name to verify.
  Outcome shake_hands(SSL_CTX* context, const TlsContexts& contexts, base::Monotonic deadline);
  // The whole text.
  Outcome write(std::string_view text, base::Monotonic deadline);
  // What there is, at most `room` bytes; waits for the first.
  Outcome read(char* to, std::size_t room, std::size_t& count, base::Monotonic deadline);

  // Nothing has come since the last answer, the end least of all: the next request can be sent.
  bool is_quiet() const;

  // Of the last outcome that was broken: an errno, or OpenSSL's packed code after shake_hands().
  int error() const { return error_; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const;
  };

  bool take(int socket);
  bool bound(base::Monotonic deadline);
  Outcome outcome_of_ssl(int result);
  Outcome broken(int error);

  int fd_ = -1;                // written under mutex_, by the owning thread
  bool interrupted_ = false;   // guarded by mutex_
  mutable std::mutex mutex_;   // between the owning thread and interrupt()
  base::Duration timeout_{0};  // that the socket is set to
  std::unique_ptr<SSL, FreeSsl> ssl_;
  int error_ = 0;
};

}  // namespace http
