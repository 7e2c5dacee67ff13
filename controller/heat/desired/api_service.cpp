// Headless: its SRV records tell the proxies which API pods are ready.
#include "heat/component.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value api_service(const Plan& plan, Component component) {
  const ComponentTraits& each = traits(component);
  json::Value service = object(plan.spec, kube::types::service, workload_name(plan.spec.name, component), each.name);
  service["spec"] = json::object({{"type", "ClusterIP"},
                                  {"clusterIP", "None"},
                                  {"ports", json::Value::array({service_port("http", each.port)})},
                                  {"selector", selector_labels(plan.spec, each.name)}});
  return service;
}

}  // namespace heat
