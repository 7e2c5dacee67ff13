#include "heat/workload_state.h"

#include "heat/component.h"
#include "heat/names.h"

namespace heat {
namespace {

// Of a Deployment: a StatefulSet's controller only says such things in events.
std::string trouble(const json::Value& fields) {
  const json::Value* conditions = json::find(fields, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return {};
  for (const json::Value& condition : *conditions) {
    const std::string type = json::string_at(condition, "/type");
    const std::string status = json::string_at(condition, "/status");
    const bool is_bad = (type == "ReplicaFailure" && status == "True") || (type == "Progressing" && status == "False");
    if (is_bad) return json::string_at(condition, "/reason") + ": " + json::string_at(condition, "/message");
  }
  return {};
}

}  // namespace

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
  state.trouble = trouble(fields);
  if (const json::Value* annotations = json::find(fields, "/spec/template/metadata/annotations")) {
    state.config = annotations->value(std::string(config_annotation), "");
    state.credentials = annotations->value(std::string(credentials_annotation), "");
    state.release = annotations->value(std::string(release_annotation), "");
    state.pod_template = annotations->value(std::string(template_annotation), "");
  }
  const json::Value* containers = json::find(fields, "/spec/template/spec/containers");
  if (containers != nullptr && containers->is_array() && !containers->empty()) {
    state.image = {json::string_at(containers->front(), "/image"),
                   json::integer_at(fields, "/spec/template/spec/securityContext/runAsUser")};
  }
  if (const json::Value* annotations = json::find(fields, "/metadata/annotations")) {
    state.release = annotations->value(std::string(draining_annotation), state.release);
  }
  return state;
}

}  // namespace heat
