// Certificates made when a test runs: an authority, and what it signs.
#pragma once

#include <memory>
#include <string>

namespace certificates {

// Certificate and private key in PEM.
struct Identity {
  std::string certificate;
  std::string key;
};

struct Wanted {
  std::string name;
  std::string alternative_names{};  // in OpenSSL's words: "DNS:localhost,IP:127.0.0.1"; empty: none
  long from_seconds = -3600;        // from now
  long to_seconds = 86'400;
  bool weak = false;            // RSA with 1024 bits in place of P-256
  std::string passphrase = {};  // of the key; empty: none
};

// Throws std::runtime_error where OpenSSL fails. Thread-safe: constant after construction.
class Authority {
 public:
  explicit Authority(const Wanted& wanted);
  explicit Authority(const std::string& name);
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  const std::string& pem() const;
  Identity issue(const Wanted& wanted) const;

 private:
  struct Parts;
  const std::unique_ptr<const Parts> parts_;
};

}  // namespace certificates
