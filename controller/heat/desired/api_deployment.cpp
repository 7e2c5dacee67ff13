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
// Until every proxy has seen the health check fail, where it is answered at once: two checks a second apart, with room
// for a busy node.
constexpr long leave_proxies_seconds = 10;
constexpr long stop_margin_seconds = 20;

// As patient as the proxy, and for the same reason (heat/config/haproxy_cfg.cpp).
json::Value readiness_probe(const Spec& spec, long port) {
  return json::object({{"httpGet", json::object({{"path", "/healthcheck"}, {"port", port}})},
                       {"periodSeconds", 2},
                       {"timeoutSeconds", longest_call(spec).count()},
                       {"failureThreshold", 3}});
}

// The pod leaves the proxies before it stops. Where its threads are all busy, a health check waits its turn, the
// proxies' and this script's alike: after three of its own, two of each proxy's have been answered, and nothing that
// came before is left in the queue. Arguments: port, drain file, least and most seconds.
constexpr std::string_view leave_proxies = R"(import socket, sys, time
port, drain, least, most = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
began, answers = time.monotonic(), 0
def left():
    return began + most - time.monotonic()
open(drain, "w").close()
while (rest := left()) > 0 and (answers < 3 or time.monotonic() - began < least):
    try:
        with socket.create_connection(("localhost", port), rest) as check:
            check.sendall(b"GET /healthcheck HTTP/1.0\r\n\r\n")
            check.recv(1)
    except OSError:
        pass
    answers += 1
    time.sleep(1)
)";

json::Value pre_stop(const Spec& spec, long port) {
  json::Value command = json::Value::array({"python3", "-I", "-S", "-c", leave_proxies, std::to_string(port),
                                            drain_file, std::to_string(leave_proxies_seconds),
                                            std::to_string(leave_proxies_seconds + longest_call(spec).count())});
  return json::object({{"exec", json::object({{"command", std::move(command)}})}});
}

json::Value api_pod(const Plan& plan, Component component) {
  const ComponentTraits& each = traits(component);
  const Spec& spec = plan.spec;
  json::Value api = heat_container(
      plan, each.name,
      json::Value::array({"uwsgi", "--ini", std::string(config_directory) + "/" + std::string(uwsgi_file)}));
  api["ports"] =
      json::Value::array({json::object({{"name", "http"}, {"containerPort", each.port}, {"protocol", "TCP"}})});
  api["readinessProbe"] = readiness_probe(spec, each.port);
  api["lifecycle"] = json::object({{"preStop", pre_stop(spec, each.port)}});
  json::Value pod = heat_pod_spec(plan, pod_settings(spec, component), std::move(api),
                                  config_volume(plan, component, {{api_credentials_file, credentials_file}}));
  pod["terminationGracePeriodSeconds"] = leave_proxies_seconds + 2 * longest_call(spec).count() + stop_margin_seconds;
  return pod;
}

}  // namespace

json::Value api_deployment(const Plan& plan, Component component) {
  const Spec& spec = plan.spec;
  const std::string_view name = traits(component).name;
  json::Value deployment = object(spec, kube::types::deployment, workload_name(spec.name, component), name);
  deployment["spec"] = json::object(
      {{"replicas", replicas(spec, component)},
       {"minReadySeconds", seen_by_proxies_seconds},
       {"revisionHistoryLimit", 2},
       {"strategy", json::object({{"type", "RollingUpdate"},
                                  {"rollingUpdate", json::object({{"maxUnavailable", 0}, {"maxSurge", 1}})}})},
       {"selector", json::object({{"matchLabels", selector_labels(spec, name)}})},
       {"template", pod_template(plan, component, api_pod(plan, component))}});
  return deployment;
}

}  // namespace heat
