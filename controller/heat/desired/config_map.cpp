// One component's configuration. Named by its content and immutable: a pod that restarts in the middle of a rollout
// reads the files that it was made for, and kubelets need not watch them.
#include "heat/component.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value config_map(const Plan& plan, Component component) {
  const Configuration& configuration = plan.configuration(component);
  json::Value map = object(plan.spec, kube::types::config_map, configuration.config_map, traits(component).name);
  map["immutable"] = true;
  map["data"] = configuration.files;
  return map;
}

}  // namespace heat
