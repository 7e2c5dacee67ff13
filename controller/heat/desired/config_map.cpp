// heat.conf. Named by its content and immutable: a pod that restarts in the middle of a rollout reads the file that it
// was made for, and kubelets need not watch it.
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

DesiredObject config_map(const Plan& plan) {
  DesiredObject map = object(plan.spec, kube::types::config_map, plan.config_map, engine_component);
  map.body["immutable"] = true;
  map.body["data"] = {{heat_conf_file, plan.heat_conf}};
  return map;
}

}  // namespace heat
