// Names of things on the API server: which kind, which object.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace kube {

// A kind and where its objects are served. Values of this type are constants of the program: compare by address or by
// plural.
struct ResourceType {
  std::string_view group;  // empty for the core group
  std::string_view version;
  std::string_view kind;
  std::string_view plural;

  // "apps/v1", "v1": what `apiVersion` says.
  std::string api_version() const {
    return group.empty() ? std::string(version) : std::string(group) + "/" + std::string(version);
  }
  friend bool operator==(const ResourceType&, const ResourceType&) = default;
};

namespace types {
inline constexpr ResourceType config_map{"", "v1", "ConfigMap", "configmaps"};
inline constexpr ResourceType secret{"", "v1", "Secret", "secrets"};
inline constexpr ResourceType service{"", "v1", "Service", "services"};
inline constexpr ResourceType service_account{"", "v1", "ServiceAccount", "serviceaccounts"};
inline constexpr ResourceType persistent_volume_claim{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims"};
inline constexpr ResourceType stateful_set{"apps", "v1", "StatefulSet", "statefulsets"};
inline constexpr ResourceType deployment{"apps", "v1", "Deployment", "deployments"};
inline constexpr ResourceType job{"batch", "v1", "Job", "jobs"};
inline constexpr ResourceType cron_job{"batch", "v1", "CronJob", "cronjobs"};
inline constexpr ResourceType pod_disruption_budget{"policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets"};
inline constexpr ResourceType network_policy{"networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"};
inline constexpr ResourceType lease{"coordination.k8s.io", "v1", "Lease", "leases"};
inline constexpr ResourceType event{"events.k8s.io", "v1", "Event", "events"};
}  // namespace types

// Namespace and name of one object; also what the work queue holds.
struct ObjectKey {
  std::string namespace_name;
  std::string name;

  std::string text() const { return namespace_name + "/" + name; }
  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

struct ObjectKeyHash {
  std::size_t operator()(const ObjectKey& key) const {
    const std::size_t first = std::hash<std::string>{}(key.namespace_name);
    return first ^ (std::hash<std::string>{}(key.name) + 0x9e3779b97f4a7c15ULL + (first << 6) + (first >> 2));
  }
};

}  // namespace kube
