#include "sample.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "json/yaml.h"

namespace integration {
namespace {

json::Value object_of_sample(const std::string& kind, const std::string& name) {
  for (const json::Value& object : sample()) {
    if (object.at("kind") == kind && name_of(object) == name) return object;
  }
  throw std::runtime_error("the sample has no " + kind + " " + name);
}

}  // namespace

Objects sample() {
  std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests/samples/noauth.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  auto objects = json::parse_yaml_documents(text.str());
  if (!objects || objects->empty()) throw std::runtime_error("manifests/samples/noauth.yaml cannot be read");
  return *objects;
}

json::Value sample_cluster(const std::string& name, const json::Value& spec) {
  json::Value cluster = object_of_sample("HeatCluster", "heat");
  cluster["metadata"]["name"] = name;
  cluster["spec"].merge_patch(spec);
  return cluster;
}

json::Value sample_secret(const std::string& name) { return object_of_sample("Secret", name); }

json::Value secret(const std::string& name, const json::Value& string_data) {
  return {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}}}, {"stringData", string_data}};
}

json::Value smallest_cluster(const std::string& name) {
  return {{"apiVersion", "heat.openstack.org/v1alpha1"},
          {"kind", "HeatCluster"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"broker",
             {{"external",
               {{"hosts", {{{"host", "rabbitmq.example"}}}}, {"credentialsSecret", {{"name", "heat-broker"}}}}}}},
            {"database", {{"secretName", "heat-db"}}},
            {"identity", {{"noauth", json::Value::object()}}}}}};
}

}  // namespace integration
