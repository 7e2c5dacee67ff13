// credentials.conf: every option that holds a secret, in one file that Heat reads after heat.conf.
#pragma once

#include <string>

#include "heat/config/credentials.h"
#include "heat/spec.h"

namespace heat {

// rabbit://user:password@host:port,…/vhost as oslo.messaging's TransportURL.parse() reads it.
std::string transport_url(const ExternalBroker& broker, const BrokerLogin& login);

// The whole file. db-sync reads it alone.
std::string credentials_conf(const Spec& spec, const BrokerLogin& login, const DatabaseAccess& database,
                             const std::string& encryption_key);

}  // namespace heat
