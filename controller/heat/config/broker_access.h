// The way to the broker, whichever kind it is: hosts, virtual host and login.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

struct BrokerLogin {
  std::string username;
  std::string password;
  friend bool operator==(const BrokerLogin&, const BrokerLogin&) = default;
};

struct BrokerAccess {
  std::vector<BrokerHost> hosts;
  std::string virtual_host = "/";
  std::string username;
  std::string password;
};

// The login of a managed broker of that spec.broker.managed.credentialsGeneration. The same for ever.
BrokerLogin managed_broker_login(const Spec& spec, std::int64_t generation, const std::string& encryption_key);

// Name of the Secret that the login is read from; empty for a managed broker, whose login follows from the encryption
// key.
std::string broker_secret(const Spec& spec);
// The field of the spec that names it.
std::string broker_secret_path(const Spec& spec);

// The error names the Secret's key and the mend, never its value. A managed broker needs the encryption key only,
// the others need `secret`.
base::Result<BrokerAccess, Problem> broker_access(const Spec& spec, const SecretData* secret,
                                                  const std::string& encryption_key);

// What a managed broker's nodes know each other by (docs/decisions/0010).
std::string erlang_cookie(const Spec& spec, const std::string& encryption_key);

// rabbit://user:password@host:port,…/vhost as oslo.messaging's TransportURL.parse() reads it.
std::string transport_url(const BrokerAccess& access);

}  // namespace heat
