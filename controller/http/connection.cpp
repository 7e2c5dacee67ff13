#include "http/connection.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace http {
namespace {

using base::Duration;
using std::chrono::steady_clock;

Duration left_until(base::Monotonic deadline) {
  return std::chrono::duration_cast<Duration>(deadline - steady_clock::now());
}

bool would_wait(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

int fd_of(BIO* bio) { return *static_cast<const int*>(BIO_get_data(bio)); }

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a server that goes away would end the process by SIGPIPE.
int bio_write(BIO* bio, const char* bytes, int count) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = ::send(fd_of(bio), bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
  if (sent < 0 && would_wait(errno)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* to, int room) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = ::recv(fd_of(bio), to, static_cast<std::size_t>(room), 0);
  if (got < 0 && would_wait(errno)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

}  // namespace

void Connection::FreeSsl::operator()(SSL* ssl) const { SSL_free(ssl); }

Connection::~Connection() {
  ssl_.reset();
  const std::scoped_lock lock(mutex_);
  if (fd_ >= 0) ::close(fd_);
}

void Connection::interrupt() {
  const std::scoped_lock lock(mutex_);
  interrupted_ = true;
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

Connection::Outcome Connection::broken(int error) {
  error_ = error;
  return Outcome::broken;
}

// Puts the socket in the place of the one before; false: it is to be used no more.
bool Connection::take(int socket) {
  const std::scoped_lock lock(mutex_);
  if (fd_ >= 0) ::close(fd_);
  fd_ = socket;
  timeout_ = Duration{0};
  return fd_ >= 0 && !interrupted_;
}

Connection::Outcome Connection::connect(const Address& address, base::Monotonic deadline) {
  const int family = address.storage.ss_family;
  if (!take(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP))) return broken(errno);
  // A request is one write: there is nothing to wait for.
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0) {
    if (errno != EINPROGRESS) return broken(errno);
    pollfd writable{fd_, POLLOUT, 0};
    for (;;) {
      const auto left = left_until(deadline).count();
      if (left <= 0) return Outcome::timeout;
      const int ready = ::poll(&writable, 1, static_cast<int>(std::min<std::int64_t>(left, 1'000'000)));
      if (ready > 0) break;
      if (ready < 0 && errno != EINTR) return broken(errno);
    }
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return broken(error);
  }
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) & ~O_NONBLOCK);
  return Outcome::done;
}

// A blocking call ends by the socket's own timeout. Long ones are kept to whole seconds, so that it is seldom set.
bool Connection::bound(base::Monotonic deadline) {
  Duration left = left_until(deadline);
  if (left <= Duration::zero()) return false;
  if (left > std::chrono::seconds(5)) left = std::chrono::floor<std::chrono::seconds>(left);
  if (left == timeout_) return true;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  const timeval time{seconds.count(), static_cast<suseconds_t>((left - seconds).count() * 1000)};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  timeout_ = left;
  return true;
}

Connection::Outcome Connection::shake_hands(SSL_CTX* context, const TlsContexts& contexts, base::Monotonic deadline) {
  ssl_.reset(SSL_new(context));
  BIO* bio = BIO_new(socket_method());
  BIO_set_data(bio, &fd_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  contexts.indicate_name(ssl_.get());
  for (;;) {
    if (!bound(deadline)) return Outcome::timeout;
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1) return Outcome::done;
    const int why = SSL_get_error(ssl_.get(), result);
    if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) continue;
    const unsigned long code = ERR_peek_error();
    ERR_clear_error();
    return broken(static_cast<int>(code));
  }
}

// timeout: the socket's own, which may be shorter than the deadline: the caller looks at that, and goes on.
Connection::Outcome Connection::outcome_of_ssl(int result) {
  const int error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return Outcome::timeout;
    case SSL_ERROR_ZERO_RETURN:
      return Outcome::closed;
    default:
      ERR_clear_error();
      return broken(error);
  }
}

Connection::Outcome Connection::write(std::string_view text, base::Monotonic deadline) {
  while (!text.empty()) {
    if (!bound(deadline)) return Outcome::timeout;
    std::size_t sent = 0;
    if (ssl_) {
      ERR_clear_error();
      if (const int result = SSL_write_ex(ssl_.get(), text.data(), text.size(), &sent); result != 1) {
        if (const Outcome outcome = outcome_of_ssl(result); outcome != Outcome::timeout) return outcome;
      }
    } else if (const ssize_t count = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); count >= 0) {
      sent = static_cast<std::size_t>(count);
    } else if (!would_wait(errno)) {
      return broken(errno);
    }
    text.remove_prefix(sent);
  }
  return Outcome::done;
}

Connection::Outcome Connection::read(char* to, std::size_t room, std::size_t& count, base::Monotonic deadline) {
  for (;;) {
    if (!bound(deadline)) return Outcome::timeout;
    if (ssl_) {
      ERR_clear_error();
      const int result = SSL_read_ex(ssl_.get(), to, room, &count);
      if (result == 1) return Outcome::done;
      if (const Outcome outcome = outcome_of_ssl(result); outcome != Outcome::timeout) return outcome;
    } else {
      const ssize_t got = ::recv(fd_, to, room, 0);
      count = got > 0 ? static_cast<std::size_t>(got) : 0;
      if (got > 0) return Outcome::done;
      if (got == 0) return Outcome::closed;
      if (!would_wait(errno)) return broken(errno);
    }
  }
}

bool Connection::is_quiet() const {
  if (ssl_ && SSL_has_pending(ssl_.get()) == 1) return false;
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && would_wait(errno);
}

}  // namespace http
