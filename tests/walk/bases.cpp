#include "walk/bases.h"

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "base/hash.h"
#include "certificates/authority.h"
#include "json/yaml.h"
#include "walk/core.h"
#include "walk/document.h"
#include "walk/samples.h"

namespace walk {

const std::vector<Base>& bases() {
  static const std::vector<Base> all = [] {
    std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/tests/walk/bases.yaml");
    std::ostringstream text;
    text << file.rdbuf();
    const auto read = json::parse_yaml(text.str());
    if (!read) throw std::runtime_error("tests/walk/bases.yaml: " + read.error().message);
    std::vector<Base> made;
    for (const json::Value& each : *read) {
      json::Value cluster = {{"apiVersion", "heat.openstack.org/v1alpha1"},
                             {"kind", "HeatCluster"},
                             {"metadata", {{"name", "heat"}, {"namespace", "openstack"}}},
                             {"spec", each.at("spec")}};
      made.push_back({each.at("name"), std::move(cluster)});
    }
    return made;
  }();
  return all;
}

namespace {

struct Tls {
  std::string authority;
  certificates::Identity server;
};

// Others for each name: another Secret holds other certificates.
const Tls& tls_of(const std::string& name) {
  static std::map<std::string, Tls> made;
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  const certificates::Authority authority("authority");
  return made.emplace(name, Tls{authority.pem(), authority.issue({"server"})}).first->second;
}

}  // namespace

heat::SecretData secret_content(const std::string& name) {
  const std::string digest = base::sha256_hex(name);
  const std::string word = digest.substr(0, 8);
  return {{"connection", "mysql+pymysql://heat:" + word + "@db.example.org/heat"},
          {"host", "rabbit-" + word + ".example.org"},
          {"port", "5672"},
          {"username", "heat"},
          {"password", word},
          {"projectName", "admin"},
          {"stackDomainAdmin", "heat_domain_admin"},
          {"stackDomainAdminPassword", word},
          {"key", digest.substr(0, 32)},
          {"ca.crt", tls_of(name).authority},
          {"tls.crt", tls_of(name).server.certificate},
          {"tls.key", tls_of(name).server.key}};
}

bool takes(const Base& base, const Place& place) {
  const std::vector<json::Value> values = samples(place, value_at(base.cluster, place)).ordinary;
  try {
    for (const json::Value& value : values) with(base.cluster, place, value);
  } catch (const DoesNotFit&) {
    return false;
  }
  for (const json::Value& value : values) {
    if (outcome(with(base.cluster, place, value)).problems.empty()) return true;
  }
  // Blocks with a single value, such as the choice {}, are where they are or nowhere.
  return !value_at(base.cluster, place).is_null() && outcome(base.cluster).problems.empty();
}

}  // namespace walk
