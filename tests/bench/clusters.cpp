#include "clusters.h"

#include <cstdio>
#include <cstdlib>

#include "base/base64.h"
#include "heat/desired/desired.h"
#include "heat/names.h"
#include "heat/spec.h"
#include "heat/status/status.h"
#include "json/json.h"

namespace bench {
namespace {

const heat::SecretData database{{"connection", "mysql+pymysql://heat:not-a-real-password@mariadb.example:3306/heat"}};
const heat::SecretData broker{{"username", "heat"}, {"password", "not-a-real-password"}};

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "converge_bench: %s\n", what.c_str());
  std::exit(1);
}

void create(kube::Client& admin, const kube::ResourceType& type, const std::string& namespace_name,
            const json::Value& body) {
  const auto created = admin.create(type, namespace_name, body.dump(), {});
  if (!created) fail("creating a " + std::string(type.kind) + ": " + created.error().text());
}

json::Value secret(const std::string& name, const heat::SecretData& data) {
  json::Value body{{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}}}};
  for (const auto& [key, value] : data) body["data"][key] = base::base64_encode(value);
  return body;
}

json::Value cluster(const std::string& name) {
  return {
      {"apiVersion", heat::heat_cluster.api_version()},
      {"kind", heat::heat_cluster.kind},
      {"metadata", {{"name", name}}},
      {"spec",
       {{"release", "2025.1"},
        {"images", {{"heat", {{"image", "localhost/heat:2025.1"}}}, {"haproxy", {{"image", "localhost/haproxy:3.0"}}}}},
        {"engine", {{"replicas", 2}, {"workers", 2}}},
        {"broker",
         {{"external",
           {{"hosts", {{{"host", "rabbitmq.example"}, {"port", 5672}}}},
            {"credentialsSecret", {{"name", "heat-broker"}}}}}}},
        {"database", {{"secretName", "heat-db"}}},
        {"identity", {{"noauth", json::Value::object()}}}}}};
}

// The world once everything is there and the db-sync Job has succeeded: then no stage is held.
heat::Observed converged_world(const heat::Spec& spec) {
  heat::Observed observed;
  observed.secrets["heat-db"] = database;
  observed.secrets["heat-broker"] = broker;
  observed.secrets[heat::encryption_key_name(spec.name)] =
      heat::SecretData{{"key", "0123456789abcdef0123456789abcdef"}};
  for (const heat::Stage& stage : heat::desired(spec, observed).stages) {
    for (const heat::DesiredObject& object : stage.objects) {
      if (!(*object.type == kube::types::job)) continue;
      const json::Value complete{{"type", "Complete"}, {"status", "True"}};
      observed.jobs.push_back(
          {object.name, false, 1, {{"status", {{"succeeded", 1}, {"conditions", json::Value::array({complete})}}}}});
    }
  }
  return observed;
}

Apply encryption_key(const heat::Spec& spec) {
  const std::string name = heat::encryption_key_name(spec.name);
  json::Value body = secret(name, {{"key", "0123456789abcdef0123456789abcdef"}});
  body["metadata"]["labels"] = heat::labels(spec, "engine");
  return {&kube::types::secret, name, body.dump()};
}

std::vector<Apply> applies_of_one(const json::Value& live) {
  const auto spec = heat::parse(live);
  if (!spec) fail("the benchmark's own HeatCluster does not parse: " + spec.error().front().text());
  const heat::Observed observed = converged_world(*spec);
  const heat::Desired desired = heat::desired(*spec, observed);

  std::vector<Apply> applies{encryption_key(*spec)};
  for (const heat::Stage& stage : desired.stages) {
    for (const heat::DesiredObject& object : stage.objects)
      applies.push_back({object.type, object.name, object.body.dump()});
  }
  heat::StatusInput input;
  input.spec = &*spec;
  input.generation = spec->generation;
  input.observed = &observed;
  input.desired = &desired;
  input.now = "2026-01-01T00:00:00Z";
  const json::Value status{{"apiVersion", heat::heat_cluster.api_version()},
                           {"kind", heat::heat_cluster.kind},
                           {"metadata", {{"name", spec->name}, {"namespace", spec->namespace_name}}},
                           {"status", heat::status(input)}};
  applies.push_back({&heat::heat_cluster, spec->name, status.dump(), true});
  return applies;
}

}  // namespace

void create_clusters(kube::Client& admin, const std::string& namespace_name, int count) {
  static constexpr kube::ResourceType namespaces{"", "v1", "Namespace", "namespaces"};
  create(admin, namespaces, "",
         {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", namespace_name}}}});
  create(admin, kube::types::secret, namespace_name, secret("heat-db", database));
  create(admin, kube::types::secret, namespace_name, secret("heat-broker", broker));
  for (int i = 0; i < count; ++i) {
    char name[32];
    std::snprintf(name, sizeof name, "heat-%04d", i);
    create(admin, heat::heat_cluster, namespace_name, cluster(name));
  }
}

std::vector<std::vector<Apply>> applies_of(kube::Client& admin, const std::string& namespace_name) {
  const auto body = admin.list(heat::heat_cluster, namespace_name, {}, {});
  if (!body) fail("listing HeatClusters: " + body.error().text());
  const auto list = json::parse(*body);
  if (!list) fail(list.error().message);
  std::vector<std::vector<Apply>> all;
  for (const json::Value& live : list->at("items")) all.push_back(applies_of_one(live));
  return all;
}

}  // namespace bench
