#include "heat/kinds.h"

#include "heat/names.h"
#include "heat/spec.h"

namespace heat {

const std::vector<WatchedKind>& watched_kinds() {
  // Only what parse(), desired() and status() read: every path costs memory once an object.
  using Role = WatchedKind::Role;
  static const std::vector<WatchedKind> kinds = {
      {&heat_cluster,
       Role::cluster,
       {{"metadata.name", "metadata.namespace", "metadata.uid", "metadata.generation", "spec", "status"}}},
      {&kube::types::stateful_set,
       Role::child,
       {{"metadata.annotations", "spec.replicas", "spec.template.metadata.annotations", "spec.volumeClaimTemplates",
         "spec.template.spec.containers.image", "spec.template.spec.securityContext.runAsUser",
         "status.observedGeneration", "status.replicas", "status.readyReplicas", "status.updatedReplicas",
         "status.currentRevision", "status.updateRevision"}}},
      {&kube::types::deployment,
       Role::child,
       {{"spec.replicas", "spec.template.metadata.annotations", "status.observedGeneration", "status.replicas",
         "status.readyReplicas", "status.updatedReplicas", "status.conditions"}}},
      {&kube::types::job, Role::child, {{"metadata.annotations", "status.conditions", "status.failed"}}},
      {&kube::types::config_map, Role::child, {}},
      {&kube::types::service, Role::child, {}},
      {&kube::types::service_account, Role::child, {}},
      {&kube::types::cron_job, Role::child, {}},
      {&kube::types::pod_disruption_budget, Role::child, {}},
      {&kube::types::network_policy, Role::child, {}},
      {&kube::types::persistent_volume_claim,
       Role::claim,
       {{"metadata.labels", "spec.resources.requests.storage", "status.phase"}}},
  };
  return kinds;
}

std::string_view WatchedKind::selector() const {
  switch (role) {
    case Role::cluster:
      return {};
    case Role::child:
      return managed_by_selector;
    case Role::claim:
      return broker_claims_selector;
  }
  return {};
}

const kube::Projection& projection_of(const kube::ResourceType& type) {
  static const kube::Projection nothing;
  for (const WatchedKind& kind : watched_kinds()) {
    if (*kind.type == type) return kind.projection;
  }
  return nothing;
}

}  // namespace heat
