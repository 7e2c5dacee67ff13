#include "heat/config/credentials_conf.h"

#include "heat/config/ini.h"
#include "heat/config/url.h"

namespace heat {

std::string transport_url(const ExternalBroker& broker, const BrokerLogin& login) {
  const std::string user = percent_encode(login.username) + ":" + percent_encode(login.password) + "@";
  std::string hosts;
  for (const BrokerHost& host : broker.hosts) {
    if (!hosts.empty()) hosts += ',';
    hosts += user + host_and_port(host.host, host.port);
  }
  return "rabbit://" + hosts + "/" + percent_encode_path(broker.virtual_host);
}

std::string credentials_conf(const Spec& spec, const BrokerLogin& login, const DatabaseAccess& database,
                             const std::string& encryption_key) {
  IniWriter ini;
  ini.comment("Made by heat-operator. Holds passwords.");
  ini.section("DEFAULT");
  ini.set("transport_url", transport_url(*spec.broker.external(), login));
  ini.set("auth_encryption_key", encryption_key);
  ini.section("database");
  ini.set("connection", database.connection);
  return ini.text();
}

}  // namespace heat
