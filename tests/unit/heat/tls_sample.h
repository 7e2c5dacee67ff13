// The HeatCluster of sample.h with TLS wherever there is any.
#pragma once

#include "certificates/authority.h"
#include "sample.h"

namespace sample {

inline const certificates::Authority& authority() {
  static const certificates::Authority made("database-ca");
  return made;
}

inline const certificates::Authority& other_authority() {
  static const certificates::Authority made("other-ca");
  return made;
}

inline const certificates::Identity& public_identity() {
  static const certificates::Identity made = authority().issue({"heat.example.org", "DNS:heat.example.org"});
  return made;
}

inline json::Value tls_cluster() {
  json::Value object = heat_cluster();
  object["spec"]["proxy"]["tls"] = {{"secretName", "heat-public-tls"}};
  object["spec"]["database"]["tls"] = {{"caSecret", "heat-db-ca"}};
  object["spec"]["broker"]["external"]["tls"] = {{"caSecret", "heat-broker-ca"}};
  return object;
}

inline heat::Spec tls_spec() { return heat::parse(tls_cluster()).value(); }

inline heat::Observed observed_tls() {
  heat::Observed world = observed();
  world.secrets["heat-db-ca"] = heat::SecretData{{"ca.crt", authority().pem()}};
  world.secrets["heat-broker-ca"] = heat::SecretData{{"ca.crt", other_authority().pem()}};
  world.secrets["heat-public-tls"] =
      heat::SecretData{{"tls.crt", public_identity().certificate}, {"tls.key", public_identity().key}};
  return world;
}

}  // namespace sample
