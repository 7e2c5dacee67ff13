// The engines. A StatefulSet because a stable host name keeps queue names and service rows from piling up, and because
// the victim of a scale-in is known beforehand. Parallel because engines do not wait for one another. Its rolling
// update takes ready pods one at a time, so that work in hand finds an engine; pods that are not ready go together
// (Kubernetes ≥ 1.35). Therefore no minReadySeconds: within it, engines that have just come up would count among those.
#include <set>

#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// Heat ends itself after drainTimeout (graceful_shutdown_timeout); killing it before that would leave stacks
// IN_PROGRESS. The margin is for closing connections and deleting its service row.
constexpr long stop_margin_seconds = 30;

// Exits 0 when this pod has an established TCP connection to a broker port (first argument and on). Heat offers no
// health check, and "the process runs" says little: one that the broker refuses restarts for ever.
constexpr std::string_view connected_to_broker = R"(import sys
ports = {int(port) for port in sys.argv[1:]}
for table in ("tcp", "tcp6"):
    try:
        with open("/proc/net/" + table) as connections:
            next(connections)
            for fields in map(str.split, connections):
                if fields[3] == "01" and int(fields[2].rpartition(":")[2], 16) in ports:
                    sys.exit(0)
    except FileNotFoundError:
        pass
sys.exit("no connection to the broker")
)";

json::Value command() {
  const std::string directory(config_directory);
  // credentials.conf last: an option in it wins.
  return json::Value::array({"heat-engine", "--config-file", directory + "/" + std::string(heat_conf_file),
                             "--config-file", directory + "/" + std::string(credentials_file)});
}

json::Value readiness_probe(const Spec& spec) {
  // -I and -S: without site packages Python starts in some ten milliseconds.
  json::Value probe = json::Value::array({"python3", "-I", "-S", "-c", connected_to_broker});
  std::set<std::int64_t> ports;
  for (const BrokerHost& host : spec.broker.external()->hosts) ports.insert(host.port);
  for (const std::int64_t port : ports) probe.push_back(std::to_string(port));
  return {{"exec", {{"command", std::move(probe)}}},
          {"periodSeconds", 5},
          {"timeoutSeconds", 10},
          // An engine that the broker refuses is connected for a moment, but not twice in a row.
          {"successThreshold", 2},
          {"failureThreshold", 3}};
}

json::Value volume(const Plan& plan) {
  constexpr int readable_by_group = 0440;
  json::Value sources = json::Value::array();
  sources.push_back({{"configMap", {{"name", plan.config_map}}}});
  sources.push_back({{"secret", {{"name", credentials_name(plan.spec.name)}}}});
  return {{"projected", {{"defaultMode", readable_by_group}, {"sources", std::move(sources)}}}};
}

json::Value pod_template(const Plan& plan) {
  const Spec& spec = plan.spec;
  json::Value container = heat_container(plan, engine_component, command());
  container["readinessProbe"] = readiness_probe(spec);
  json::Value pod = heat_pod(plan, std::move(container), volume(plan));
  pod["terminationGracePeriodSeconds"] = spec.engine.drain_timeout.count() + stop_margin_seconds;
  json::Value spread = {{"maxSkew", 1},
                        {"topologyKey", "kubernetes.io/hostname"},
                        {"whenUnsatisfiable", "ScheduleAnyway"},
                        {"labelSelector", {{"matchLabels", selector_labels(spec, engine_component)}}}};
  pod["topologySpreadConstraints"] = json::Value::array({std::move(spread)});
  return {{"metadata",
           {{"labels", labels(spec, engine_component)},
            {"annotations",
             {{config_annotation, plan.config_map},
              {credentials_annotation, plan.credentials_digest},
              {release_annotation, spec.release}}}}},
          {"spec", std::move(pod)}};
}

}  // namespace

DesiredObject engine_stateful_set(const Plan& plan) {
  const Spec& spec = plan.spec;
  DesiredObject set = object(spec, kube::types::stateful_set, workload_name(spec.name, Component::engine), engine_component);
  set.body["spec"] = {
      {"replicas", spec.engine.replicas},  {"serviceName", workload_name(spec.name, Component::engine)},
      {"podManagementPolicy", "Parallel"}, {"updateStrategy", {{"type", "RollingUpdate"}}},
      {"revisionHistoryLimit", 5},         {"selector", {{"matchLabels", selector_labels(spec, engine_component)}}},
      {"template", pod_template(plan)}};
  return set;
}

}  // namespace heat
