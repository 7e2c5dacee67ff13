#include "heat/config/paste.h"

#include <vector>

#include "heat/release.h"

namespace heat {
namespace {

// Name in the pipeline → what makes it, as Heat's own api-paste.ini has it in all releases.
struct Filter {
  std::string_view name;
  std::string_view body;
};
constexpr Filter filters[] = {
    {"cors", "paste.filter_factory = oslo_middleware.cors:filter_factory\noslo_config_project = heat\n"},
    {"request_id", "paste.filter_factory = oslo_middleware.request_id:RequestId.factory\n"},
    {"faultwrap",
     "paste.filter_factory = heat.common.wsgi:filter_factory\n"
     "heat.filter_factory = heat.api.openstack:faultwrap_filter\n"},
    {"http_proxy_to_wsgi", "paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory\n"},
    {"versionnegotiation",
     "paste.filter_factory = heat.common.wsgi:filter_factory\n"
     "heat.filter_factory = heat.api.openstack:version_negotiation_filter\n"},
    {"cfnversionnegotiation",
     "paste.filter_factory = heat.common.wsgi:filter_factory\n"
     "heat.filter_factory = heat.api.cfn:version_negotiation_filter\n"},
    {"authurl", "paste.filter_factory = heat.common.auth_url:filter_factory\n"},
    {"authtoken", "paste.filter_factory = keystonemiddleware.auth_token:filter_factory\n"},
    // Heat's own, made by heat/config/ec2_filter.h.
    {"ec2authtoken", "paste.filter_factory = heat_operator_ec2:filter_factory\n"},
    {"noauth", "paste.filter_factory = heat.common.noauth:filter_factory\n"},
    {"context", "paste.filter_factory = heat.common.context:ContextMiddleware_filter_factory\n"},
    {"osprofiler", "paste.filter_factory = osprofiler.web:WsgiMiddleware.factory\n"},
};

// Heat ships no noauth pipeline for cfn; this one is its own for the other API with cfn's two ends.
std::string_view pipeline(bool cfn, bool keystone) {
  if (cfn) {
    return keystone
               ? "cors request_id http_proxy_to_wsgi cfnversionnegotiation ec2authtoken authtoken context osprofiler"
               : "cors request_id noauth context http_proxy_to_wsgi cfnversionnegotiation";
  }
  return keystone
             ? "cors request_id faultwrap http_proxy_to_wsgi versionnegotiation authurl authtoken context osprofiler"
             : "cors request_id faultwrap noauth context http_proxy_to_wsgi versionnegotiation";
}

bool names(std::string_view pipeline, std::string_view filter) {
  return (" " + std::string(pipeline) + " ").find(" " + std::string(filter) + " ") != std::string::npos;
}

}  // namespace

std::string api_paste(const Spec& spec, Component component) {
  const bool cfn = component == Component::cfn;
  const std::string name = cfn ? "heat-api-cfn" : "heat-api";
  const std::string app = cfn ? "apicfnv1app" : "apiv1app";
  const std::string_view steps = pipeline(cfn, spec.keystone() != nullptr);
  const std::string drain = "backends = disable_by_file\ndisable_by_file_path = " + std::string(drain_file) + "\n";

  std::string text = "# Made by heat-operator.\n";
  // Until Heat 21 there was no Paste, whose urlmap tells /healthcheck from the rest: there it is the first filter.
  if (at_least(spec.release, "2024.1")) {
    text += "[composite:" + name + "]\nuse = egg:Paste#urlmap\n/: heat\n/healthcheck: healthcheck\n\n";
    text += "[pipeline:heat]\npipeline = " + std::string(steps) + " " + app + "\n\n";
    text += "[app:healthcheck]\npaste.app_factory = oslo_middleware:Healthcheck.app_factory\n" + drain + "\n";
  } else {
    text += "[pipeline:" + name + "]\npipeline = healthcheck " + std::string(steps) + " " + app + "\n\n";
    text += "[filter:healthcheck]\npaste.filter_factory = oslo_middleware:Healthcheck.factory\n" + drain + "\n";
  }
  for (const Filter& filter : filters) {
    if (!names(steps, filter.name)) continue;
    text += "[filter:" + std::string(filter.name) + "]\n" + std::string(filter.body) + "\n";
  }
  text += "[app:" + app + "]\npaste.app_factory = heat.common.wsgi:app_factory\nheat.app_factory = heat.api." +
          (cfn ? "cfn" : "openstack") + ".v1:API\n";
  return text;
}

bool reads_ec2_filter(const Spec& spec, Component component) {
  return component == Component::cfn && spec.keystone() != nullptr;
}

std::string api_policy(const Spec& spec, Component component) {
  if (spec.keystone() == nullptr) return {};
  std::string text = "# Made by heat-operator.\n";
  if (component == Component::api) {
    // The operator asks as Heat's own user, which has the role service. The others are Heat's, old and new.
    return text +
           "\"service:index\": \"rule:context_is_admin or ((role:admin or role:service) and "
           "project_id:%(project_id)s)\"\n";
  }
  // heat-api-cfn asks for its policies without naming a project, so that the defaults since Heat 24, which want one,
  // refuse every caller. The project is still the token's own.
  if (!at_least(spec.release, "2025.1")) return {};
  for (const char* action : {"ListStacks", "DescribeStacks", "DescribeStackEvents", "ValidateTemplate", "GetTemplate",
                             "EstimateTemplateCost", "DescribeStackResources", "ListStackResources"}) {
    text += std::string("\"cloudformation:") + action + "\": \"role:reader\"\n";
  }
  for (const char* action : {"CreateStack", "DeleteStack", "UpdateStack", "CancelUpdateStack"}) {
    text += std::string("\"cloudformation:") + action + "\": \"role:member\"\n";
  }
  return text + "\"cloudformation:DescribeStackResource\": \"(role:reader) or (role:heat_stack_user)\"\n";
}

}  // namespace heat
