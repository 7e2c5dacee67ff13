// A certificate authority and a server certificate for 127.0.0.1, made in memory when the server starts.
#pragma once

#include <string>

namespace fake_api {

struct ServerCertificate {
  std::string ca_pem;
  std::string certificate_pem;
  std::string key_pem;
};

// Valid for a day, P-256, names localhost and 127.0.0.1. Throws std::runtime_error where OpenSSL fails.
ServerCertificate make_server_certificate();

}  // namespace fake_api
