#include "heat/workload_state.h"

#include "heat/component.h"
#include "heat/names.h"

namespace heat {

WorkloadState workload_state(const Observed& observed, Component component) {
  WorkloadState state;
  const auto found = observed.workloads.find(component);
  if (found == observed.workloads.end() || found->second.deleting) return state;
  const json::Value& fields = found->second.fields;
  state.exists = true;
  state.current = json::integer_at(fields, "/status/observedGeneration") >= found->second.generation;
  state.wanted = json::integer_at(fields, "/spec/replicas");
  state.replicas = json::integer_at(fields, "/status/replicas");
  state.ready = json::integer_at(fields, "/status/readyReplicas");
  state.updated = json::integer_at(fields, "/status/updatedReplicas");
  // A StatefulSet names its revisions; a Deployment counts its updated pods among all.
  state.one_revision =
      traits(component).workload == &kube::types::deployment
          ? state.updated == state.replicas
          : json::string_at(fields, "/status/currentRevision") == json::string_at(fields, "/status/updateRevision");
  if (const json::Value* annotations = json::find(fields, "/spec/template/metadata/annotations")) {
    state.config = annotations->value(std::string(config_annotation), "");
    state.credentials = annotations->value(std::string(credentials_annotation), "");
    state.release = annotations->value(std::string(release_annotation), "");
    state.pod_template = annotations->value(std::string(template_annotation), "");
  }
  return state;
}

}  // namespace heat
