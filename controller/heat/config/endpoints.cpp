#include "heat/config/endpoints.h"

#include "heat/names.h"

namespace heat {

std::string proxy_scheme(const Spec& spec) { return spec.proxy.tls_secret.empty() ? "http" : "https"; }

std::string internal_url(const Spec& spec, Component component) {
  if (spec.proxy.replicas == 0 || replicas(spec, component) == 0) return {};
  return proxy_scheme(spec) + "://" + workload_name(spec.name, Component::proxy) + "." + spec.namespace_name +
         ".svc:" + std::to_string(traits(component).port) + "/v1";
}

std::string public_url(const Spec& spec, Component component) {
  const std::string& given =
      component == Component::cfn ? spec.proxy.public_cloudformation_url : spec.proxy.public_orchestration_url;
  return given.empty() ? internal_url(spec, component) : given;
}

}  // namespace heat
