// HAProxy. It follows the APIs by DNS, so scaling those changes nothing here; a change of its own configuration is a
// rollout, new pods first.
#include "heat/component.h"
#include "heat/config/haproxy_cfg.h"
#include "heat/config/tls.h"
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// Until no node sends new connections to a pod that ends.
constexpr long leave_service_seconds = 5;
constexpr long stop_margin_seconds = 10;

// HAProxy's resolver wants whole names: the first domain that Kubernetes writes into a pod's resolv.conf is the one of
// its namespace's Services, whatever the cluster's own domain is.
json::Value command(const Spec& spec) {
  const std::string variable(service_domain_variable);
  const std::string script = "export " + variable + "=" + spec.namespace_name +
                             ".svc.cluster.local\n"
                             "while read -r key domain rest; do\n"
                             "  if [ \"$key\" = search ]; then " +
                             variable +
                             "=\"$domain\"; fi\n"
                             "done < /etc/resolv.conf\n"
                             "exec haproxy -W -db -f " +
                             std::string(config_directory) + "/" + std::string(haproxy_file) + "\n";
  return json::Value::array({"sh", "-c", script});
}

// SIGTERM would end HAProxy at once, with every call in it; the signal that it is sent depends on the image.
json::Value pre_stop(const Spec& spec) {
  const std::string script = "sleep " + std::to_string(leave_service_seconds) + "; kill -USR1 1; sleep " +
                             std::to_string(proxy_hard_stop(spec).count() + stop_margin_seconds);
  return json::object({{"exec", json::object({{"command", json::Value::array({"sh", "-c", script})}})}});
}

json::Value ports() {
  json::Value list = json::Value::array();
  const auto add = [&](const char* name, long number) {
    list.push_back(json::object({{"name", name}, {"containerPort", number}, {"protocol", "TCP"}}));
  };
  add("orchestration", traits(Component::api).port);
  add("cloudformation", traits(Component::cfn).port);
  add("metrics", proxy_metrics_port);
  return list;
}

// The user's own Secret: its key is copied nowhere.
json::Value certificate(const std::string& secret) {
  json::Value items = json::Value::array();
  items.push_back(json::object({{"key", certificate_entry}, {"path", tls_certificate_file}}));
  items.push_back(json::object({{"key", key_entry}, {"path", tls_key_file}}));
  return json::object({{"secret", json::object({{"name", secret}, {"items", std::move(items)}})}});
}

json::Value proxy_pod(const Plan& plan) {
  const Spec& spec = plan.spec;
  json::Value haproxy = container(plan, spec.images.haproxy, traits(Component::proxy).name, command(spec));
  haproxy["ports"] = ports();
  haproxy["readinessProbe"] =
      json::object({{"httpGet", json::object({{"path", "/ready"}, {"port", proxy_metrics_port}})},
                    {"periodSeconds", 2},
                    {"failureThreshold", 3}});
  haproxy["lifecycle"] = json::object({{"preStop", pre_stop(spec)}});
  json::Value config = config_volume(plan, Component::proxy, {});
  if (!spec.proxy.tls_secret.empty()) config["projected"]["sources"].push_back(certificate(spec.proxy.tls_secret));
  json::Value pod =
      pod_spec(plan, spec.images.haproxy, spec.proxy.pods, std::move(haproxy), json::Value::array({std::move(config)}));
  pod["terminationGracePeriodSeconds"] =
      leave_service_seconds + proxy_hard_stop(spec).count() + 2 * stop_margin_seconds;
  return pod;
}

}  // namespace

json::Value proxy_deployment(const Plan& plan) {
  const Spec& spec = plan.spec;
  const std::string_view name = traits(Component::proxy).name;
  json::Value deployment = object(spec, kube::types::deployment, workload_name(spec.name, Component::proxy), name);
  deployment["spec"] = json::object(
      {{"replicas", spec.proxy.replicas},
       {"revisionHistoryLimit", 2},
       {"strategy", json::object({{"type", "RollingUpdate"},
                                  {"rollingUpdate", json::object({{"maxUnavailable", 0}, {"maxSurge", 1}})}})},
       {"selector", json::object({{"matchLabels", selector_labels(spec, name)}})},
       {"template", pod_template(plan, Component::proxy, proxy_pod(plan))}});
  return deployment;
}

}  // namespace heat
