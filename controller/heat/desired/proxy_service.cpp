// x-proxy is what clients call; x-proxy-pods gives what watches the proxies each pod's address.
#include "heat/component.h"
#include "heat/config/haproxy_cfg.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value proxy_service(const Plan& plan) {
  const Spec& spec = plan.spec;
  const std::string_view name = traits(Component::proxy).name;
  json::Value service = object(spec, kube::types::service, workload_name(spec.name, Component::proxy), name);
  if (spec.proxy.service_annotations.is_object() && !spec.proxy.service_annotations.empty()) {
    service["metadata"]["annotations"] = spec.proxy.service_annotations;
  }
  json::Value ports = json::Value::array();
  ports.push_back(service_port("orchestration", traits(Component::api).port));
  ports.push_back(service_port("cloudformation", traits(Component::cfn).port));
  // What load balancers and meshes go by.
  if (!spec.proxy.tls_secret.empty()) {
    for (json::Value& port : ports) port["appProtocol"] = "https";
  }
  service["spec"] = json::object(
      {{"type", spec.proxy.service_type}, {"ports", std::move(ports)}, {"selector", selector_labels(spec, name)}});
  return service;
}

json::Value proxy_pods_service(const Plan& plan) {
  const std::string_view name = traits(Component::proxy).name;
  json::Value service = object(plan.spec, kube::types::service, proxy_pods_name(plan.spec.name), name);
  service["spec"] = json::object({{"type", "ClusterIP"},
                                  {"clusterIP", "None"},
                                  {"publishNotReadyAddresses", true},
                                  {"ports", json::Value::array({service_port("metrics", proxy_metrics_port)})},
                                  {"selector", selector_labels(plan.spec, name)}});
  return service;
}

}  // namespace heat
