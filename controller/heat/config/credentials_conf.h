// credentials.conf: every option that holds a secret, or comes from one, in a file that Heat reads after heat.conf.
#pragma once

#include <optional>
#include <string>

#include "heat/config/broker_access.h"
#include "heat/config/credentials.h"

namespace heat {

// All that the Secrets say, checked.
struct Credentials {
  BrokerAccess broker;
  DatabaseAccess database;
  std::optional<KeystoneLogin> keystone;  // none with noauth
  std::string encryption_key;
  std::string database_authorities{};  // PEM; empty: without TLS
  std::string broker_authorities{};    // as above
  std::string proxy_identity{};        // the proxies' certificates and key, one after the other; empty: as above
};

// For engines and heat-manage. db-sync reads it alone.
std::string credentials_conf(const Credentials& credentials);
// For the APIs, which know neither the database nor the key: a change of those does not restart them.
std::string api_credentials_conf(const Credentials& credentials);

}  // namespace heat
