// Headless, without ports: nothing connects to an engine. It gives each pod the DNS name that the StatefulSet promises.
#include "heat/component.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value engine_service(const Plan& plan) {
  json::Value service = object(plan.spec, kube::types::service, workload_name(plan.spec.name, Component::engine),
                               traits(Component::engine).name);
  service["spec"] = json::object({{"type", "ClusterIP"},
                                  {"clusterIP", "None"},
                                  // Names belong to pods from their start on, not to their readiness.
                                  {"publishNotReadyAddresses", true},
                                  {"selector", selector_labels(plan.spec, traits(Component::engine).name)}});
  return service;
}

}  // namespace heat
