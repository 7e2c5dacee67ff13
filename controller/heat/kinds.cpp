#include "heat/kinds.h"

#include "heat/spec.h"

namespace heat {

const std::vector<WatchedKind>& watched_kinds() {
  // Only what parse(), desired() and status() read: every path costs memory once an object.
  static const std::vector<WatchedKind> kinds = {
      {&heat_cluster,
       false,
       {{"metadata.name", "metadata.namespace", "metadata.uid", "metadata.generation", "spec", "status"}}},
      {&kube::types::stateful_set,
       true,
       {{"spec.replicas", "spec.template.metadata.annotations", "spec.volumeClaimTemplates",
         "status.observedGeneration", "status.replicas", "status.readyReplicas", "status.updatedReplicas",
         "status.currentRevision", "status.updateRevision"}}},
      {&kube::types::deployment,
       true,
       {{"spec.replicas", "spec.template.metadata.annotations", "status.observedGeneration", "status.replicas",
         "status.readyReplicas", "status.updatedReplicas", "status.conditions"}}},
      {&kube::types::job, true, {{"metadata.annotations", "status.conditions", "status.failed"}}},
      {&kube::types::config_map, true, {}},
      {&kube::types::service, true, {}},
      {&kube::types::service_account, true, {}},
      {&kube::types::cron_job, true, {}},
      {&kube::types::pod_disruption_budget, true, {}},
      {&kube::types::network_policy, true, {}},
  };
  return kinds;
}

const kube::Projection& projection_of(const kube::ResourceType& type) {
  static const kube::Projection nothing;
  for (const WatchedKind& kind : watched_kinds()) {
    if (*kind.type == type) return kind.projection;
  }
  return nothing;
}

}  // namespace heat
