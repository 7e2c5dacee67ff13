// The schema's status, printer columns and scale paths against a status that the code really makes.
#include <gtest/gtest.h>

#include <set>

#include "heat/desired/desired.h"
#include "heat/names.h"
#include "heat/status/status.h"
#include "repository.h"

namespace {

json::Value sample_object() {
  const auto documents = json::parse_yaml_documents(repository::read("manifests/samples/noauth.yaml")).value();
  for (const json::Value& document : documents) {
    if (document.value("kind", "") == heat::heat_cluster.kind) return document;
  }
  return {};
}

// HeatCluster with spec and status, as the API server would serve it.
json::Value live_object(const json::Value& patch = json::Value::object()) {
  json::Value object = sample_object();
  object["spec"].merge_patch(patch);
  object["metadata"]["namespace"] = "default";
  object["metadata"]["generation"] = 1;
  object["metadata"]["creationTimestamp"] = "2026-01-31T12:00:00Z";
  const heat::Spec spec = heat::parse(object).value();
  heat::Observed world;
  for (const std::string& name : heat::secret_names(spec)) {
    world.secrets[name] = heat::SecretData{
        {"connection", "mysql://u:p@h/d"}, {"username", "u"}, {"password", "p"}, {"key", std::string(32, 'k')}};
  }
  world.broker_report = heat::BrokerReport{3, 40, 0};
  world.engine_report = heat::EngineReport{2};
  const heat::Desired desired = heat::desired(spec, world);
  object["status"] = heat::status({&spec, 1, &world, &desired, {}, "", false, "2026-01-31T12:00:00Z"});
  return object;
}

// With pods of every component.
json::Value with_own_broker() {
  return live_object(json::parse(R"({"broker": {"external": null, "managed": {}},
                                     "images": {"rabbitmq": {"image": "localhost/rabbitmq:4.1"}}})")
                         .value());
}

// ".a.b" and ".status.conditions[?(@.type=="X")].field": all that the CRD uses.
json::Value resolve(const json::Value& object, std::string path) {
  const std::size_t filter = path.find("[?(@.type==\"");
  if (filter == std::string::npos) {
    std::replace(path.begin(), path.end(), '.', '/');
    const json::Value* found = json::find(object, path.c_str());
    return found == nullptr ? json::Value() : *found;
  }
  const std::size_t name = filter + 12;
  const std::string type = path.substr(name, path.find('"', name) - name);
  const std::string field = path.substr(path.rfind('.') + 1);
  const json::Value list = resolve(object, path.substr(0, filter));
  for (const json::Value& condition : list) {
    if (condition.at("type") == type) return condition.value(field, json::Value());
  }
  return {};
}

TEST(CrdStatus, PrinterColumnsResolve) {
  const json::Value columns = repository::crd_version().at("additionalPrinterColumns");
  std::vector<std::string> names;
  for (const json::Value& column : columns) {
    names.push_back(column.at("name"));
    for (const json::Value& object : {live_object(), with_own_broker()}) {
      EXPECT_FALSE(resolve(object, column.at("jsonPath")).is_null()) << column;
    }
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Proxy", "API", "CFN", "Engine", "Broker", "Ready", "Reason", "Age",
                                             "Release", "Orchestration", "Message"}));
}

TEST(CrdStatus, ScalePathsResolve) {
  const json::Value object = live_object();
  const json::Value scale = repository::crd_version().at("subresources").at("scale");
  EXPECT_EQ(scale.at("specReplicasPath"), ".spec.engine.replicas");
  for (const char* path : {"specReplicasPath", "statusReplicasPath"}) {
    EXPECT_TRUE(resolve(object, scale.at(path)).is_number_integer()) << path;
  }
  EXPECT_TRUE(resolve(object, scale.at("labelSelectorPath")).is_string());
}

TEST(CrdStatus, AFreshObjectIsNeverTakenForFinished) {
  EXPECT_EQ(repository::schema().at("status").at("default").at("observedGeneration"), -1);
}

void expect_known(const json::Value& value, const json::Value& schema, const std::string& path) {
  if (value.is_array()) {
    for (const json::Value& item : value) expect_known(item, schema.at("items"), path + "[]");
  }
  if (!value.is_object()) return;
  ASSERT_TRUE(schema.contains("properties")) << path;
  for (const auto& [name, child] : value.items()) {
    ASSERT_TRUE(schema.at("properties").contains(name)) << path << "." << name << " is not in the schema";
    expect_known(child, schema.at("properties").at(name), path + "." + name);
  }
  for (const auto& [name, property] : schema.at("properties").items()) {
    EXPECT_TRUE(value.contains(name)) << path << "." << name << " is in the schema, but the code never writes it";
  }
}

TEST(CrdStatus, SchemaAndCodeKnowTheSameFields) {
  expect_known(with_own_broker().at("status"), repository::schema().at("status"), "status");
}

}  // namespace
