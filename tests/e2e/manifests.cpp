#include "manifests.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "json/yaml.h"

namespace e2e {
namespace {

constexpr int heat_user = 42424;

// What hack/images/build.sh makes, and the release that is in it.
std::string heat_release() { return environment("HEAT_OPERATOR_TEST_RELEASE", "2025.1"); }

// Of 2025.1, which is what hack/images/build.sh makes unless told otherwise.
const std::map<std::string, std::string> default_images = {
    {"HAPROXY", "localhost/haproxy:3.0"},        {"HEAT", "localhost/heat:2025.1"},
    {"KEYSTONE", "localhost/keystone:27"},       {"MARIADB", "localhost/mariadb:11.8"},
    {"OPERATOR", "localhost/heat-operator:e2e"}, {"RABBITMQ", "localhost/rabbitmq:4.0"}};

// Where the server and its clients look for *.cnf.
const std::string database_settings = "/etc/mysql/conf.d";

// Clients in the pod, which ask for its health, do without.
json::Value database_identity() {
  const certificates::Identity server = authority().issue({"mariadb", "DNS:mariadb"});
  const std::string settings = "[mariadbd]\nssl-cert = " + database_settings +
                               "/tls.crt\nssl-key = " + database_settings + "/tls.key\n[client]\nskip-ssl\n";
  return secret("heat-db-tls", {{"tls.crt", server.certificate}, {"tls.key", server.key}, {"tls.cnf", settings}});
}

}  // namespace

std::string environment(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

std::string image(const std::string& name) {
  return environment(("HEAT_OPERATOR_TEST_IMAGE_" + name).c_str(), default_images.at(name).c_str());
}

std::vector<json::Value> documents(const std::string& yaml) {
  auto objects = json::parse_yaml_documents(yaml);
  if (!objects) throw std::runtime_error("this cannot be read:\n" + yaml);
  return *objects;
}

json::Value heat_cluster() {
  return {{"apiVersion", "heat.openstack.org/v1alpha1"},
          {"kind", "HeatCluster"},
          {"metadata", {{"name", "heat"}}},
          {"spec",
           {{"release", heat_release()},
            {"images",
             {{"heat", {{"image", image("HEAT")}, {"user", heat_user}}},
              {"haproxy", {{"image", image("HAPROXY")}}},
              {"rabbitmq", {{"image", image("RABBITMQ")}}}}},
            {"proxy", {{"replicas", 2}}},
            {"api", {{"replicas", 2}, {"workers", 1}}},
            {"cfn", {{"replicas", 1}, {"workers", 1}}},
            {"engine", {{"replicas", 2}, {"workers", 1}, {"drainTimeout", "5m"}}},
            {"broker", {{"managed", {{"replicas", 3}, {"storage", {{"size", "1Gi"}}}}}}},
            {"database", {{"secretName", "heat-db"}}},
            {"identity", {{"noauth", json::Value::object()}}}}}};
}

json::Value cluster_beside(const json::Value& running, const std::string& name, const json::Value& broker,
                           int engines) {
  const json::Value& spec = running.at("spec");
  return {{"apiVersion", "heat.openstack.org/v1alpha1"},
          {"kind", "HeatCluster"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"release", spec.at("release")},
            {"images", spec.at("images")},
            {"proxy", {{"replicas", 0}}},
            {"api", {{"replicas", 0}}},
            {"cfn", {{"replicas", 0}}},
            {"engine", {{"replicas", engines}, {"workers", 1}, {"drainTimeout", "10s"}}},
            {"broker", broker},
            {"database", {{"secretName", "heat-db"}}},
            {"encryptionKey", {{"secretName", "heat-encryption-key"}}},
            {"identity", {{"noauth", json::Value::object()}}}}}};
}

const certificates::Authority& authority() {
  static const certificates::Authority made("heat-e2e");
  return made;
}

std::string source(const std::string& path) {
  std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

json::Value secret(const std::string& name, const json::Value& values) {
  return {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}}}, {"stringData", values}};
}

json::Value restricted_namespace(const std::string& name) {
  return {{"apiVersion", "v1"},
          {"kind", "Namespace"},
          {"metadata", {{"name", name}, {"labels", {{"pod-security.kubernetes.io/enforce", "restricted"}}}}}};
}

std::vector<json::Value> database() {
  std::vector<json::Value> objects = documents(source("manifests/samples/mariadb.yaml"));
  for (json::Value& object : objects) {
    if (object.at("kind") != "StatefulSet") continue;
    json::Value& pod = object["spec"]["template"]["spec"];
    pod["containers"][0]["image"] = image("MARIADB");
    pod["containers"][0]["volumeMounts"].push_back({{"name", "tls"}, {"mountPath", database_settings}});
    pod["volumes"].push_back({{"name", "tls"}, {"secret", {{"secretName", "heat-db-tls"}, {"defaultMode", 0440}}}});
  }
  objects.push_back(database_identity());
  return objects;
}

std::vector<json::Value> keystone() {
  std::vector<json::Value> objects = documents(source("tests/e2e/keystone.yaml"));
  for (json::Value& object : objects) {
    if (object.at("kind") != "Pod") continue;
    object["spec"]["containers"][0]["image"] = image("KEYSTONE");
    object["spec"]["containers"][1]["image"] = image("MARIADB");
  }
  return objects;
}

bool nothing_is_lost() { return heat_release() != "zed" && heat_release() >= "2024.1"; }

json::Value heat_pod(const std::string& name, const json::Value& volumes, const json::Value& mounts) {
  const json::Value command = json::Value::array({"sleep", "infinity"});
  const json::Value env = json::Value::array({{{"name", "HOME"}, {"value", "/tmp"}},
                                              {{"name", "OS_AUTH_TYPE"}, {"value", "none"}},
                                              {{"name", "OS_ENDPOINT"}, {"value", "http://heat-proxy:8004/v1/admin"}}});
  json::Value container = {
      {"name", name},
      {"image", image("HEAT")},
      {"command", command},
      {"env", env},
      {"volumeMounts", mounts.is_null() ? json::Value::array({{{"name", "tmp"}, {"mountPath", "/tmp"}}}) : mounts},
      {"securityContext",
       {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", json::Value::array({"ALL"})}}}}}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"securityContext",
             {{"runAsNonRoot", true},
              {"runAsUser", heat_user},
              {"runAsGroup", heat_user},
              {"fsGroup", heat_user},
              {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
            {"terminationGracePeriodSeconds", 0},
            {"enableServiceLinks", false},
            {"containers", json::Value::array({std::move(container)})},
            {"volumes", volumes.is_null() ? json::Value::array({{{"name", "tmp"}, {"emptyDir", json::Value::object()}}})
                                          : volumes}}}};
}

}  // namespace e2e
