#include "property/world.h"

#include <algorithm>

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

json::Value external_broker() {
  const json::Value hosts = json::Value::array({{{"host", "rabbitmq.example"}, {"port", 5672}}});
  return {{"external", {{"hosts", hosts}, {"virtualHost", "/"}, {"credentialsSecret", {{"name", "heat-broker"}}}}},
          {"queueType", "quorum"}};
}

json::Value managed_broker() {
  const json::Value storage = {{"size", "1Gi"}, {"whenDeleted", "Delete"}};
  return {{"managed", {{"replicas", 1}, {"storage", storage}}}, {"queueType", "quorum"}};
}

json::Value heat_cluster(World::Kind kind, std::int64_t engines) {
  json::Value spec = {{"release", "2025.1"},
                      {"images",
                       {{"heat", {{"image", "localhost/heat:2025.1"}, {"user", 42424}}},
                        {"haproxy", {{"image", "localhost/haproxy:3.0"}}},
                        {"rabbitmq", {{"image", "localhost/rabbitmq:4.3"}}},
                        {"pullPolicy", "IfNotPresent"}}},
                      {"engine", {{"replicas", engines}, {"workers", 2}, {"drainTimeout", "10m"}}},
                      {"database", {{"secretName", "heat-db"}, {"maxConnections", 500}}},
                      {"identity", {{"noauth", json::Value::object()}}}};
  // Every field is written: the fake API server knows no schema whose defaults it could fill in.
  const bool whole = kind == World::Kind::whole;
  spec["broker"] = whole ? managed_broker() : external_broker();
  spec["api"] = {{"replicas", whole ? 2 : 1}, {"workers", 1}, {"threads", 16}};
  spec["cfn"] = {{"replicas", whole ? 1 : 0}, {"workers", 1}, {"threads", 16}};
  spec["proxy"] = {{"replicas", 1},
                   {"balance", "leastconn"},
                   {"maxConnections", 4000},
                   {"timeouts", {{"connect", "5s"}, {"client", "120s"}, {"server", "120s"}}},
                   {"service", {{"type", "ClusterIP"}}}};
  return {{"apiVersion", "heat.openstack.org/v1alpha1"},
          {"kind", "HeatCluster"},
          {"metadata", {{"name", "heat"}, {"namespace", world_namespace}}},
          {"spec", spec}};
}

bool is_child(const json::Value& object) {
  return fake_api::matches_labels("app.kubernetes.io/managed-by=heat-operator", object) &&
         json::string_at(object, "/metadata/name") != "heat-encryption-key";
}

}  // namespace

const std::vector<Component>& components() {
  static const std::vector<Component> all = {
      {"broker", "/spec/broker/managed/replicas", {"statefulsets", world_namespace, "heat-broker"}},
      {"engine", "/spec/engine/replicas", {"statefulsets", world_namespace, "heat-engine"}},
      {"api", "/spec/api/replicas", {"deployments", world_namespace, "heat-api"}},
      {"cfn", "/spec/cfn/replicas", {"deployments", world_namespace, "heat-cfn"}},
      {"proxy", "/spec/proxy/replicas", {"deployments", world_namespace, "heat-proxy"}},
  };
  return all;
}

World::World(Kind kind, const std::string& secret_poll)
    : kind_(kind),
      operator_(server_.kubeconfig(), {"--leader-elect=false", "--secret-poll-interval=" + secret_poll}),
      simulation_(server_.api()) {}

void World::create_secrets() {
  api().create(secret("heat-db", {{"connection", "mysql+pymysql://heat:first@db.example/heat"}}));
  api().create(secret("heat-broker", {{"username", "heat"}, {"password", "guess"}}));
}

void World::create_encryption_key() {
  api().create(secret("heat-encryption-key", {{"key", "0123456789abcdef0123456789abcdef"}}));
}

void World::delete_encryption_key() { api().remove({"secrets", world_namespace, "heat-encryption-key"}); }

void World::create_cluster(std::int64_t engines) { api().create(heat_cluster(kind_, engines)); }
void World::delete_cluster() { api().remove(cluster_key); }

void World::replace_cluster() {
  json::Value again = cluster();
  simulation_.set_collecting(false);
  delete_cluster();
  again["metadata"] = {{"name", "heat"}, {"namespace", world_namespace}};
  again.erase("status");
  api().create(again);
  simulation_.set_collecting(true);
}

void World::delete_cluster_in_the_foreground() {
  api().patch(cluster_key, {{"metadata", {{"finalizers", json::Value::array({"foregroundDeletion"})}}}});
  delete_cluster();
}

void World::end_deletion() { api().patch(cluster_key, {{"metadata", {{"finalizers", nullptr}}}}); }

void World::delete_children(const std::vector<std::string>& plurals) {
  for (const std::string& plural : plurals) {
    for (const fake_api::ObjectPtr& object : server_.store().list(plural, world_namespace)) {
      if (is_child(*object)) api().remove({plural, world_namespace, json::string_at(*object, "/metadata/name")});
    }
  }
}

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

json::Value World::workload(const Component& component) { return api().read(component.workload); }

bool World::ready() {
  const json::Value object = cluster();
  if (object.is_null()) return false;
  const bool acted =
      json::integer_at(object, "/status/observedGeneration", -1) == json::integer_at(object, "/metadata/generation");
  if (!acted || condition("Ready") != "True" || condition("Reconciling") == "True") return false;
  std::ptrdiff_t wanted = 0;
  for (const Component& each : components()) {
    const bool external = std::string(each.name) == "broker" && json::find(object, "/spec/broker/managed") == nullptr;
    if (external) continue;
    ++wanted;
    if (!ready(each, object)) return false;
  }
  // Configuration of before is gone: else it depends on the moment whether the next step makes it anew.
  const std::vector<fake_api::ObjectPtr> maps = server_.store().list("configmaps", world_namespace);
  return std::count_if(maps.begin(), maps.end(), [](const auto& map) { return is_child(*map); }) == wanted;
}

bool World::ready(const Component& component, const json::Value& cluster) {
  const json::Value workload = this->workload(component);
  if (workload.is_null()) return false;
  const std::int64_t wanted = json::integer_at(cluster, component.replicas);
  const json::Value* owners = json::find(workload, "/metadata/ownerReferences");
  const bool owned = owners != nullptr && owners->size() == 1 && (*owners)[0]["uid"] == cluster["metadata"]["uid"];
  const json::Value next = component.workload.plural == "deployments"
                               ? fake_api::next_deployment_status(workload, false, true, true)
                               : fake_api::next_stateful_set_status(workload, true, true);
  const std::string told = std::string("/status/") + component.name + "/readyReplicas";
  return owned && workload.value("status", json::Value()) == next &&
         json::integer_at(workload, "/spec/replicas") == wanted && json::integer_at(cluster, told.c_str()) == wanted;
}

bool World::gone() { return childless() && cluster().is_null(); }

bool World::childless() {
  for (const fake_api::Resource& kind : fake_api::resources()) {
    for (const fake_api::ObjectPtr& object : server_.store().list(kind.plural)) {
      if (is_child(*object)) return false;
    }
  }
  return true;
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
