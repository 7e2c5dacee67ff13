#include "fake_api/resource.h"

#include <algorithm>
#include <stdexcept>

namespace fake_api {

const std::vector<Resource>& resources() {
  static const std::vector<Resource> all = {
      {"", "v1", "Namespace", "namespaces", true, false},
      {"", "v1", "ConfigMap", "configmaps", false, false},
      {"", "v1", "Secret", "secrets", false, false},
      {"", "v1", "Service", "services", true, false},
      {"", "v1", "ServiceAccount", "serviceaccounts", false, false},
      {"", "v1", "Pod", "pods", true, true},
      {"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, false},
      {"apps", "v1", "StatefulSet", "statefulsets", true, true},
      {"apps", "v1", "Deployment", "deployments", true, true},
      {"batch", "v1", "Job", "jobs", true, true},
      {"batch", "v1", "CronJob", "cronjobs", true, true},
      {"policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true, true},
      {"networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", false, true},
      {"coordination.k8s.io", "v1", "Lease", "leases", false, false},
      {"events.k8s.io", "v1", "Event", "events", false, false},
      {"heat.openstack.org", "v1alpha1", "HeatCluster", "heatclusters", true, true},
  };
  return all;
}

const Resource* find_resource(std::string_view group, std::string_view version, std::string_view plural) {
  const auto found = std::ranges::find_if(resources(), [&](const Resource& candidate) {
    return candidate.group == group && candidate.version == version && candidate.plural == plural;
  });
  return found == resources().end() ? nullptr : &*found;
}

const Resource* find_resource_by_kind(std::string_view api_version, std::string_view kind) {
  const auto found = std::ranges::find_if(resources(), [&](const Resource& candidate) {
    return candidate.api_version() == api_version && candidate.kind == kind;
  });
  return found == resources().end() ? nullptr : &*found;
}

const Resource& resource(std::string_view plural) {
  const auto found = std::ranges::find(resources(), plural, &Resource::plural);
  if (found == resources().end()) throw std::out_of_range("no such kind: " + std::string(plural));
  return *found;
}

}  // namespace fake_api
