#include "heat/names.h"

#include "heat/component.h"

namespace heat {
namespace {

constexpr const char* name_label = "app.kubernetes.io/name";
constexpr const char* instance_label = "app.kubernetes.io/instance";
constexpr const char* component_label = "app.kubernetes.io/component";
constexpr const char* part_of_label = "app.kubernetes.io/part-of";
constexpr const char* managed_by_label = "app.kubernetes.io/managed-by";
constexpr const char* version_label = "app.kubernetes.io/version";

}  // namespace

std::string workload_name(const std::string& cluster, Component component) {
  return cluster + "-" + std::string(traits(component).name);
}

std::string broker_user(std::int64_t generation) {
  const std::string first(first_broker_user);
  return generation == 1 ? first : first + "-" + std::to_string(generation);
}

std::string broker_nodes_name(const std::string& cluster) { return cluster + "-broker-nodes"; }

std::string broker_claim_name(const std::string& cluster, std::int64_t ordinal) {
  return std::string(broker_volume) + "-" + workload_name(cluster, Component::broker) + "-" + std::to_string(ordinal);
}

std::string cluster_of_claim(const json::Value& labels) {
  return labels.is_object() ? labels.value(instance_label, "") : std::string();
}

std::string proxy_pods_name(const std::string& cluster) { return cluster + "-proxy-pods"; }

std::string purge_name(const std::string& cluster) { return cluster + "-purge"; }

std::string service_clean_name(const std::string& cluster) { return cluster + "-service-clean"; }

std::string credentials_name(const std::string& cluster) { return cluster + "-credentials"; }

std::string encryption_key_name(const std::string& cluster) { return cluster + "-encryption-key"; }

std::string service_account_name(const std::string& cluster) { return cluster + "-heat"; }

std::string config_map_name(const std::string& cluster, std::string_view component, const std::string& hash) {
  return cluster + "-" + std::string(component) + "-" + hash;
}

std::string db_sync_name(const std::string& cluster, const std::string& hash) { return cluster + "-db-sync-" + hash; }

std::string keystone_bootstrap_name(const std::string& cluster, const std::string& hash) {
  return cluster + "-keystone-" + hash;
}

std::string broker_check_name(const std::string& cluster, const std::string& hash) {
  return cluster + "-broker-check-" + hash;
}

std::string broker_users_name(const std::string& cluster, const std::string& hash) {
  return cluster + "-broker-users-" + hash;
}

json::Value labels(const Spec& spec, std::string_view component) {
  json::Value result = json::object({{name_label, "heat"},
                                     {instance_label, spec.name},
                                     {part_of_label, "openstack"},
                                     {managed_by_label, managed_by},
                                     {version_label, spec.release}});
  if (!component.empty()) result[component_label] = component;
  return result;
}

json::Value pod_labels(const Spec& spec, Component component) {
  json::Value result = labels(spec, traits(component).name);
  if (!runs_heat(component)) result.erase(version_label);
  return result;
}

json::Value selector_labels(const Spec& spec, std::string_view component) {
  return json::object({{instance_label, spec.name}, {component_label, component}});
}

std::string selector_text(const Spec& spec, std::string_view component) {
  return std::string(instance_label) + "=" + spec.name + "," + component_label + "=" + std::string(component);
}

}  // namespace heat
