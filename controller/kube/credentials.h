// Who we are to the API server, and whom we believe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace kube {

// What a new TLS connection needs; read again for each connection, so that rotated files are picked up.
struct TlsMaterial {
  std::string ca_pem;           // empty: the system's authorities
  std::string client_cert_pem;  // empty: no client certificate
  std::string client_key_pem;
};

// Thread-safe. Implementations: FileCredentials (kube/file_credentials.h), ExecCredentials.
class Credentials {
 public:
  virtual ~Credentials() = default;
  // Value of the Authorization header; empty: none. A token that could not be refreshed is used on as long as there is
  // one.
  virtual base::Result<std::string> authorization() = 0;
  // The server answered 401 to what was last given: forget it if it was fetched before `sent`.
  virtual void rejected(base::Monotonic sent) = 0;
  virtual base::Result<TlsMaterial> tls() = 0;
};

}  // namespace kube
