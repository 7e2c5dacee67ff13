#include "property/world.h"

namespace property {
namespace {

const fake_api::Key cluster_key{"heatclusters", world_namespace, "heat"};
const fake_api::Key engine_key{"statefulsets", world_namespace, "heat-engine"};

json::Value secret(const std::string& name, const json::Value& string_data) {
  return {{"apiVersion", "v1"},
          {"kind", "Secret"},
          {"metadata", {{"name", name}, {"namespace", world_namespace}}},
          {"stringData", string_data}};
}

json::Value heat_cluster(std::int64_t replicas) {
  const json::Value hosts = json::Value::array({{{"host", "rabbitmq.example"}, {"port", 5672}}});
  return {{"apiVersion", "heat.openstack.org/v1alpha1"},
          {"kind", "HeatCluster"},
          {"metadata", {{"name", "heat"}, {"namespace", world_namespace}}},
          {"spec",
           {{"release", "2025.1"},
            {"images",
             {{"heat", {{"image", "localhost/heat:2025.1"}, {"user", 42424}}},
              {"haproxy", {{"image", "localhost/haproxy:3.0"}}},
              {"pullPolicy", "IfNotPresent"}}},
            {"engine", {{"replicas", replicas}, {"workers", 2}, {"drainTimeout", "10m"}}},
            {"broker",
             {{"external", {{"hosts", hosts}, {"virtualHost", "/"}, {"credentialsSecret", {{"name", "heat-broker"}}}}},
              {"queueType", "quorum"}}},
            {"database", {{"secretName", "heat-db"}, {"maxConnections", 500}}},
            {"identity", {{"noauth", json::Value::object()}}}}}};
}

}  // namespace

World::World() : operator_(server_.kubeconfig()), simulation_(server_.api()) {}

void World::create_secrets() {
  api().create(secret("heat-db", {{"connection", "mysql+pymysql://heat:first@db.example/heat"}}));
  api().create(secret("heat-broker", {{"username", "heat"}, {"password", "guess"}}));
}

void World::create_encryption_key() {
  api().create(secret("heat-encryption-key", {{"key", "0123456789abcdef0123456789abcdef"}}));
}

void World::create_cluster(std::int64_t replicas) { api().create(heat_cluster(replicas)); }
void World::delete_cluster() { api().remove(cluster_key); }
void World::patch_spec(const json::Value& patch) { api().patch(cluster_key, {{"spec", patch}}); }
void World::patch_secret(const std::string& name, const json::Value& string_data) {
  api().patch({"secrets", world_namespace, name}, {{"stringData", string_data}});
}

json::Value World::cluster() { return api().read(cluster_key); }
json::Value World::status() {
  const json::Value object = cluster();
  return object.is_null() ? json::Value() : object.value("status", json::Value());
}
json::Value World::engine() { return api().read(engine_key); }

std::string World::condition(const std::string& type) {
  const json::Value object = cluster();
  const json::Value* conditions = json::find(object, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return "";
  for (const json::Value& one : *conditions) {
    if (one.value("type", "") == type) return one.value("status", "");
  }
  return "";
}

bool World::ready() {
  const json::Value object = cluster();
  const json::Value set = engine();
  if (object.is_null() || set.is_null()) return false;
  const std::int64_t wanted = json::integer_at(object, "/spec/engine/replicas");
  const bool acted =
      json::integer_at(object, "/status/observedGeneration", -1) == json::integer_at(object, "/metadata/generation");
  const json::Value* owners = json::find(set, "/metadata/ownerReferences");
  const bool owned = owners != nullptr && owners->size() == 1 && (*owners)[0]["uid"] == object["metadata"]["uid"];
  const bool settled = set.value("status", json::Value()) == fake_api::next_stateful_set_status(set, true, true);
  return acted && owned && settled && json::integer_at(set, "/spec/replicas") == wanted &&
         json::integer_at(object, "/status/engine/readyReplicas") == wanted && condition("Ready") == "True" &&
         condition("Reconciling") != "True";
}

bool World::gone() {
  for (const fake_api::Resource& kind : fake_api::resources()) {
    for (const fake_api::ObjectPtr& object : server_.store().list(kind.plural)) {
      const bool ours = fake_api::matches_labels("app.kubernetes.io/managed-by=heat-operator", *object);
      if (ours && json::string_at(*object, "/metadata/name") != "heat-encryption-key") return false;
    }
  }
  return cluster().is_null();
}

bool World::wait(const std::function<bool()>& condition_holds) {
  const auto deadline = std::chrono::steady_clock::now() + step_deadline;
  while (std::chrono::steady_clock::now() < deadline) {
    const std::uint64_t tick = server_.store().tick();
    if (condition_holds()) return true;
    if (operator_.crashed()) return false;
    server_.store().wait(tick, std::chrono::steady_clock::now() + std::chrono::milliseconds(100), {});
  }
  return false;
}

}  // namespace property
