// Headless, without ports: nothing connects to an engine. It gives each pod the DNS name that the StatefulSet promises.
#include "heat/component.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

DesiredObject engine_service(const Plan& plan) {
  DesiredObject service = object(plan.spec, kube::types::service, workload_name(plan.spec.name, Component::engine),
                                 traits(Component::engine).name);
  service.body["spec"] = {{"type", "ClusterIP"},
                          {"clusterIP", "None"},
                          // Names belong to pods from their start on, not to their readiness.
                          {"publishNotReadyAddresses", true},
                          {"selector", selector_labels(plan.spec, traits(Component::engine).name)}};
  return service;
}

}  // namespace heat
