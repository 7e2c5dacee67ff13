#include "clusters.h"

#include <cstdio>
#include <cstdlib>

#include "base/base64.h"
#include "controller_stand_in.h"
#include "heat/component.h"
#include "heat/desired/desired.h"
#include "heat/names.h"
#include "heat/spec.h"
#include "heat/status/status.h"
#include "json/json.h"

namespace bench {
namespace {

const heat::SecretData database{{"connection", "mysql+pymysql://heat:not-a-real-password@mariadb.example:3306/heat"}};

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

// All five components, and so all children that there are.
json::Value cluster(const std::string& name) {
  const auto image = [](const char* reference) { return json::Value{{"image", reference}}; };
  return {{"apiVersion", heat::heat_cluster.api_version()},
          {"kind", heat::heat_cluster.kind},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"release", "2025.1"},
            {"images",
             {{"heat", image("localhost/heat:2025.1")},
              {"haproxy", image("localhost/haproxy:3.0")},
              {"rabbitmq", image("localhost/rabbitmq:4.0")}}},
            {"engine", {{"replicas", 2}, {"workers", 2}}},
            {"broker", {{"managed", {{"replicas", 3}, {"storage", {{"size", "10Gi"}}}}}}},
            {"database", {{"secretName", "heat-db"}}},
            {"identity", {{"noauth", json::Value::object()}}}}}};
}

heat::Observed new_world(const heat::Spec& spec) {
  heat::Observed observed;
  observed.secrets["heat-db"] = database;
  observed.secrets[heat::encryption_key_name(spec.name)] =
      heat::SecretData{{"key", "0123456789abcdef0123456789abcdef"}};
  return observed;
}

// The world once everything of `desired` is there and ready: then no stage is held.
heat::Observed converged_world(const heat::Spec& spec, const heat::Desired& desired) {
  heat::Observed observed = new_world(spec);
  for (const heat::Stage& stage : desired.stages) {
    for (const heat::DesiredObject& object : stage.objects) {
      const std::int64_t replicas = json::integer_at(object.body(), "/spec/replicas");
      json::Value fields = object.body();
      fields["status"] = finished_status(*object.type, 1, replicas);
      const heat::ObservedChild child{object.name, false, 1, fields};
      if (*object.type == kube::types::job) observed.jobs.push_back(child);
      for (const heat::ComponentTraits& traits : heat::component_table) {
        const bool is_its =
            *object.type == *traits.workload && object.name == heat::workload_name(spec.name, traits.component);
        if (is_its) observed.workloads[traits.component] = child;
      }
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
  const heat::Desired at_first = heat::desired(*spec, new_world(*spec));
  const heat::Observed observed = converged_world(*spec, at_first);
  const heat::Desired desired = heat::desired(*spec, observed);

  std::vector<Apply> applies{encryption_key(*spec)};
  for (const heat::Stage& stage : at_first.stages) {
    for (const heat::DesiredObject& object : stage.objects)
      applies.push_back({object.type, object.name, object.body().dump()});
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
