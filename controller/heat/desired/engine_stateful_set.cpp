// The engines. A StatefulSet because a stable host name keeps queue names and service rows from piling up, and because
// the victim of a scale-in is known beforehand. Parallel because engines do not wait for one another. Its rolling
// update takes ready pods one at a time, so that work in hand finds an engine; pods that are not ready go together
// (Kubernetes ≥ 1.35). Therefore no minReadySeconds: within it, engines that have just come up would count among those.
#include <set>
#include <vector>

#include "heat/component.h"
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

json::Value command(const Spec& spec) {
  json::Value words = json::Value::array({"heat-engine"});
  std::vector<std::string_view> files{heat_conf_file, credentials_file};
  if (!spec.database.ca_secret.empty()) files.push_back(database_conf_file);
  // The last one wins.
  if (!spec.config.heat.empty()) files.push_back(overrides_file);
  for (const std::string_view file : files) {
    words.push_back("--config-file");
    words.push_back(std::string(config_directory) + "/" + std::string(file));
  }
  return words;
}

json::Value readiness_probe(const Plan& plan) {
  // -I and -S: without site packages Python starts in some ten milliseconds.
  json::Value probe = json::Value::array({"python3", "-I", "-S", "-c", connected_to_broker});
  std::set<std::int64_t> ports;
  if (plan.credentials) {
    for (const BrokerHost& host : plan.credentials->broker.hosts) ports.insert(host.port);
  }
  for (const std::int64_t port : ports) probe.push_back(std::to_string(port));
  return json::object({{"exec", json::object({{"command", std::move(probe)}})},
                       {"periodSeconds", 5},
                       {"timeoutSeconds", 10},
                       // An engine that the broker refuses is connected for a moment, but not twice in a row.
                       {"successThreshold", 2},
                       {"failureThreshold", 3}});
}

json::Value engine_pod(const Plan& plan) {
  const Spec& spec = plan.spec;
  json::Value engine = heat_container(plan, traits(Component::engine).name, command(spec));
  put_database_environment(spec, engine);
  engine["readinessProbe"] = readiness_probe(plan);
  json::Value pod = heat_pod_spec(plan, spec.engine.pods, std::move(engine),
                                  config_volume(plan, Component::engine, {{credentials_file, credentials_file}}));
  pod["terminationGracePeriodSeconds"] = spec.engine.drain_timeout.count() + stop_margin_seconds;
  return pod;
}

}  // namespace

json::Value engine_stateful_set(const Plan& plan) {
  const Spec& spec = plan.spec;
  const std::string_view name = traits(Component::engine).name;
  const std::string workload = workload_name(spec.name, Component::engine);
  json::Value set = object(spec, kube::types::stateful_set, workload, name);
  const std::string& draining = plan.live.draining_release;
  if (!draining.empty()) set["metadata"]["annotations"][std::string(draining_annotation)] = draining;
  set["spec"] = json::object({{"replicas", draining.empty() ? spec.engine.replicas : 0},
                              {"serviceName", workload},
                              {"podManagementPolicy", "Parallel"},
                              {"updateStrategy", json::object({{"type", "RollingUpdate"}})},
                              {"revisionHistoryLimit", 5},
                              {"selector", json::object({{"matchLabels", selector_labels(spec, name)}})},
                              {"template", pod_template(plan, Component::engine, engine_pod(plan))}});
  return set;
}

}  // namespace heat
