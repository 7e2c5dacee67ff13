// A small HTTP/1.1 server over TLS (or plain) for the transport's tests: blocking sockets, one thread a connection, and
// a handler that writes exactly the bytes that a test wants, when it wants them.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "test_certificates.h"

namespace http::testing {

// One request and the way to answer it. Used on its connection's thread.
class Conversation {
 public:
  Conversation(int socket, SSL* tls, const std::atomic<bool>& stopping)
      : socket_(socket), tls_(tls), stopping_(stopping) {}

  std::string method;
  std::string target;
  std::string head;  // the request's header lines, as they came
  std::string body;

  // False: the client is gone.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20));
      const long sent = tls_ != nullptr ? SSL_write(tls_, bytes.data(), size)
                                        : ::send(socket_, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      written += static_cast<std::size_t>(sent);
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool respond(int status, std::string_view text, std::string_view more_headers = "") {
    return write("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\nContent-Length: " +
                 std::to_string(text.size()) + "\r\n" + std::string(more_headers) + "\r\n" + std::string(text));
  }
  bool begin_chunks(int status = 200) {
    return write("HTTP/1.1 " + std::to_string(status) + " X\r\nTransfer-Encoding: chunked\r\n\r\n");
  }
  bool chunk(std::string_view text) {
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return write(size + std::string(text) + "\r\n");
  }
  bool end_chunks() { return write("0\r\n\r\n"); }
  // From now on write() fails when the client takes nothing for that long.
  void write_timeout(int milliseconds) const {
    const timeval limit{milliseconds / 1000, (milliseconds % 1000) * 1000};
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
  // Until the client closes the connection, or the server stops.
  void hold() const {
    while (!stopping_) {
      pollfd wanted{socket_, POLLIN | POLLRDHUP, 0};
      if (::poll(&wanted, 1, 20) > 0 && (wanted.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return;
    }
  }
  void close() {
    closing = true;
    ::shutdown(socket_, SHUT_RDWR);
  }
  // Subject of the client's certificate; empty: it showed none.
  std::string client() const {
    X509* certificate = tls_ != nullptr ? SSL_get1_peer_certificate(tls_) : nullptr;
    if (certificate == nullptr) return {};
    char name[256] = "";
    X509_NAME_oneline(X509_get_subject_name(certificate), name, sizeof name);
    X509_free(certificate);
    return name;
  }

  std::size_t written = 0;
  bool closing = false;

 private:
  const int socket_;
  SSL* const tls_;
  const std::atomic<bool>& stopping_;
};

class ScriptedServer {
 public:
  using Handler = std::function<void(Conversation&)>;

  // No identity: plain HTTP. With `client_authority`, client certificates are asked for and verified.
  ScriptedServer(Handler handler, const std::optional<Identity>& identity, const std::string& client_authority = "",
                 int family = AF_INET)
      : handler_(std::move(handler)) {
    std::signal(SIGPIPE, SIG_IGN);
    if (identity) use(*identity, client_authority);
    listen(family);
    accepting_ = std::thread([this] { accept(); });
  }
  ~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    close_connections();
    for (auto& connection : connections_) connection.thread.join();
    ::close(listener_);
    for (SSL_CTX* context : contexts_) SSL_CTX_free(context);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  // False where the machine has no such address.
  bool bound() const { return bound_; }
  int port() const { return port_; }
  std::string url(const std::string& host = "localhost") const {
    return std::string(contexts_.empty() ? "http" : "https") + "://" + host + ":" + std::to_string(port_);
  }
  int connections_made() const { return made_; }
  int requests_served() const { return served_; }

  // Later connections show this certificate.
  void use(const Identity& identity, const std::string& client_authority = "") {
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    BIO* bio = BIO_new_mem_buf(identity.certificate_pem.data(), -1);
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_certificate(context, certificate);
    X509_free(certificate);
    bio = BIO_new_mem_buf(identity.key_pem.data(), -1);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_PrivateKey(context, key);
    EVP_PKEY_free(key);
    if (!client_authority.empty()) {
      bio = BIO_new_mem_buf(client_authority.data(), -1);
      X509* authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
      BIO_free(bio);
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
      X509_free(authority);
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    }
    const std::scoped_lock lock(mutex_);
    contexts_.push_back(context);
  }
  void close_connections() {
    const std::scoped_lock lock(mutex_);
    for (auto& connection : connections_) {
      if (connection.open) ::shutdown(connection.socket, SHUT_RDWR);
    }
  }

 private:
  struct Connection {
    int socket = -1;
    bool open = true;
    std::thread thread;
  };

  void listen(int family) {
    listener_ = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = static_cast<sa_family_t>(family);
    address.sin6_addr = in6addr_loopback;
    auto* const narrow = reinterpret_cast<sockaddr_in*>(&address);
    if (family == AF_INET) narrow->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    bound_ = ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0;
    ::listen(listener_, 64);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(narrow->sin_port);
  }

  void accept() {
    while (!stopping_) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) return;
      const int one = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      const std::scoped_lock lock(mutex_);
      SSL_CTX* context = contexts_.empty() ? nullptr : contexts_.back();
      Connection& connection = connections_.emplace_back();
      connection.socket = socket;
      connection.thread = std::thread([this, &connection, context] { serve(connection, context); });
    }
  }

  void serve(Connection& connection, SSL_CTX* context) {
    SSL* tls = nullptr;
    bool good = true;
    if (context != nullptr) {
      tls = SSL_new(context);
      SSL_set_fd(tls, connection.socket);
      good = SSL_accept(tls) == 1;
    }
    if (good) {
      ++made_;
      std::string buffer;
      while (converse(connection.socket, tls, buffer)) {
      }
    }
    SSL_free(tls);
    const std::scoped_lock lock(mutex_);
    connection.open = false;
    ::close(connection.socket);
  }

  static bool more(int socket, SSL* tls, std::string& buffer) {
    char bytes[16384];
    const long got = tls != nullptr ? SSL_read(tls, bytes, sizeof bytes) : ::recv(socket, bytes, sizeof bytes, 0);
    if (got <= 0) return false;
    buffer.append(bytes, static_cast<std::size_t>(got));
    return true;
  }

  bool converse(int socket, SSL* tls, std::string& buffer) {
    std::size_t end = buffer.find("\r\n\r\n");
    while (end == std::string::npos) {
      if (!more(socket, tls, buffer)) return false;
      end = buffer.find("\r\n\r\n");
      // A TLS hello at a plain port: answered as Go's server does.
      if (tls == nullptr && buffer.front() == 0x16) {
        const std::string_view answer = "HTTP/1.0 400 Bad Request\r\n\r\n";
        ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
        return false;
      }
    }
    Conversation conversation(socket, tls, stopping_);
    conversation.head = buffer.substr(0, end + 2);
    buffer.erase(0, end + 4);
    const std::size_t space = conversation.head.find(' ');
    conversation.method = conversation.head.substr(0, space);
    conversation.target = conversation.head.substr(space + 1, conversation.head.find(' ', space + 1) - space - 1);
    const std::size_t length = conversation.head.find("Content-Length:");
    if (length != std::string::npos) {
      const std::size_t size = std::stoul(conversation.head.substr(length + 15));
      while (buffer.size() < size) {
        if (!more(socket, tls, buffer)) return false;
      }
      conversation.body = buffer.substr(0, size);
      buffer.erase(0, size);
    }
    ++served_;
    handler_(conversation);
    return !conversation.closing && !stopping_;
  }

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  bool bound_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> made_ = 0;
  std::atomic<int> served_ = 0;
  std::thread accepting_;
  std::mutex mutex_;
  std::list<Connection> connections_;  // guarded by mutex_
  std::list<SSL_CTX*> contexts_;       // guarded by mutex_
};

}  // namespace http::testing
