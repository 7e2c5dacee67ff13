// heat-api and heat-api-cfn: alike but for port, module and numbers. A rollout loses no call: a new pod first, the old
// one leaves the proxy before it stops listening, and what is under way is finished.
#include "heat/component.h"
#include "heat/config/paste.h"
#include "heat/config/uwsgi_ini.h"
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// Between "ready" and a place in every proxy lie the caches of the cluster's DNS (usually 30 s) and the proxy's.
constexpr long seen_by_proxies_seconds = 35;
// Until every proxy has seen the health check fail: two checks a second apart, with room for a busy node.
constexpr long leave_proxies_seconds = 10;
constexpr long stop_margin_seconds = 20;

json::Value readiness_probe(long port) {
  // As patient as the proxy: threads that all wait for engines make this late, and a pod that leaves for that would
  // only push its calls onto the others.
  return {{"httpGet", {{"path", "/healthcheck"}, {"port", port}}},
          {"periodSeconds", 2},
          {"timeoutSeconds", 10},
          {"failureThreshold", 6}};
}

json::Value pre_stop() {
  const std::string leave = "import time; open('" + std::string(drain_file) + "', 'w').close(); time.sleep(" +
                            std::to_string(leave_proxies_seconds) + ")";
  return {{"exec", {{"command", json::Value::array({"python3", "-I", "-S", "-c", leave})}}}};
}

json::Value api_pod(const Plan& plan, Component component) {
  const ComponentTraits& each = traits(component);
  const Spec& spec = plan.spec;
  json::Value api = heat_container(
      plan, each.name,
      json::Value::array({"uwsgi", "--ini", std::string(config_directory) + "/" + std::string(uwsgi_file)}));
  api["ports"] = json::Value::array({{{"name", "http"}, {"containerPort", each.port}, {"protocol", "TCP"}}});
  api["readinessProbe"] = readiness_probe(each.port);
  api["lifecycle"] = {{"preStop", pre_stop()}};
  json::Value pod = heat_pod_spec(plan, pod_settings(spec, component), std::move(api),
                                  config_volume(plan, component, {{api_credentials_file, credentials_file}}));
  pod["terminationGracePeriodSeconds"] = leave_proxies_seconds + longest_call(spec).count() + stop_margin_seconds;
  return pod;
}

}  // namespace

json::Value api_deployment(const Plan& plan, Component component) {
  const Spec& spec = plan.spec;
  const std::string_view name = traits(component).name;
  json::Value deployment = object(spec, kube::types::deployment, workload_name(spec.name, component), name);
  deployment["spec"] = {
      {"replicas", replicas(spec, component)},
      {"minReadySeconds", seen_by_proxies_seconds},
      {"revisionHistoryLimit", 2},
      {"strategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"maxUnavailable", 0}, {"maxSurge", 1}}}}},
      {"selector", {{"matchLabels", selector_labels(spec, name)}}},
      {"template", pod_template(plan, component, api_pod(plan, component))}};
  return deployment;
}

}  // namespace heat
