// What a TLS connection of the transport is made with: authorities, client certificate, the name to verify. OpenSSL
// stays inside; the HTTP library only hands its contexts over.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;         // SSL_CTX
struct ssl_st;             // SSL
struct x509_store_ctx_st;  // X509_STORE_CTX

namespace http {

// What verifies and authenticates a TLS connection; asked for at each new connection.
struct TlsConfig {
  std::string ca_pem;           // empty: the system's authorities
  std::string client_cert_pem;  // with its chain; empty: no client certificate
  std::string client_key_pem;

  friend bool operator==(const TlsConfig&, const TlsConfig&) = default;
};

// Thread-safe. Parsed certificates are kept and shared by all connections until other PEM text comes, so that a new
// connection costs no parsing. Must outlive the connections that it prepared.
class TlsContexts {
 public:
  // `server_name`: the name or the IP address that the certificate must carry.
  TlsContexts(std::string server_name, bool insecure_skip_verify);
  ~TlsContexts();
  TlsContexts(const TlsContexts&) = delete;
  TlsContexts& operator=(const TlsContexts&) = delete;

  // Prepares a fresh context: TLS 1.2 or later, exactly these authorities (whatever it had is replaced), this client
  // certificate. The error says what is wrong with the PEM text.
  base::Result<void> prepare(const TlsConfig& config, ssl_ctx_st* context);
  // Before the handshake: the server name indication (names only, RFC 6066 has none for addresses).
  void indicate_name(ssl_st* connection) const;
  // What the last certificate that was refused was refused for; empty: none was.
  std::string last_refusal() const;

 private:
  struct Parsed;

  static int verify(x509_store_ctx_st* chain, void* self);
  base::Result<std::shared_ptr<const Parsed>> parsed(const TlsConfig& config);

  const std::string server_name_;
  const bool name_is_address_;
  const bool insecure_;

  mutable std::mutex mutex_;
  TlsConfig config_;                      // guarded by mutex_: what parsed_ came from
  std::shared_ptr<const Parsed> parsed_;  // guarded by mutex_
  std::string last_refusal_;              // guarded by mutex_
};

// Checks PEM texts without a connection: what is wrong with them, for messages at start. Empty texts are fine.
base::Result<void> check_tls(const TlsConfig& config);

// Readies OpenSSL for a library that makes its own contexts and threads. It is kept from loading the system's
// authorities into each context, which costs 21 ms and megabytes for nothing (they come through TlsConfig):
// SSL_CERT_FILE and SSL_CERT_DIR of this process are set, and where they pointed to is remembered for an empty ca_pem.
// And it is started, so that at exit it goes after the threads that use it. Not thread-safe: call it before the first
// thread.
void prepare_openssl();

}  // namespace http
