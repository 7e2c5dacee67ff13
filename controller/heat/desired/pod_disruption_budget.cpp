// How many pods of a component may be gone for the sake of a node's drain. It is there for a single pod as well: the
// default of one lets that go, and a bound of 0 is what the user asked for.
#include "heat/component.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value pod_disruption_budget(const Plan& plan, Component component) {
  const std::string_view name = traits(component).name;
  json::Value budget =
      object(plan.spec, kube::types::pod_disruption_budget, workload_name(plan.spec.name, component), name);
  budget["spec"] = json::object({{"maxUnavailable", pod_settings(plan.spec, component).max_unavailable},
                                 {"selector", json::object({{"matchLabels", selector_labels(plan.spec, name)}})}});
  // Pods that serve nobody keep no node. A broker's node that is not ready may still hold what makes up a majority.
  if (component != Component::broker) budget["spec"]["unhealthyPodEvictionPolicy"] = "AlwaysAllow";
  return budget;
}

}  // namespace heat
