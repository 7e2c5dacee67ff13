// RabbitMQ. Parallel, since nodes that were all stopped wait for one another at their start. A volume each, which
// scaling never deletes.
#include <iomanip>
#include <sstream>

#include "heat/component.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/config/sums.h"
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

constexpr std::string_view data_directory = "/var/lib/heat-broker";

// The cookie is copied at each start: it must be the user's own and closed to others, while a mounted Secret belongs to
// root, and on a volume the group is let in anew at each mount, which writing into an old file would keep. The limit
// follows the scale, as far as the node's allows: where that is endless, Erlang would set aside memory for as many
// handles. Distributions keep the server's own programs, which need neither root nor its log directory, beside PATH.
std::string start_script(const BrokerLimits& limits) {
  return "umask 077\n"
         "rm -f \"$HOME/.erlang.cookie\"\n"
         "cat " +
         std::string(config_directory) + "/" + std::string(erlang_cookie_file) +
         " > \"$HOME/.erlang.cookie\"\n"
         "ulimit -n " +
         std::to_string(limits.file_handles) +
         " 2>/dev/null || ulimit -n \"$(ulimit -H -n)\"\n"
         "PATH=/usr/lib/rabbitmq/bin:$PATH\n"
         "exec rabbitmq-server\n";
}

json::Value tool(const std::string& script, std::initializer_list<std::string> arguments = {}) {
  json::Value command = json::Value::array({"sh", "-c", "PATH=/usr/lib/rabbitmq/bin:$PATH\n" + script, "sh"});
  for (const std::string& argument : arguments) command.push_back(argument);
  return json::object({{"exec", json::object({{"command", std::move(command)}})}});
}

// A node listens when it has started, and only then is it asked whether it is a member: the question starts an Erlang
// of its own, for a second of CPU, which nodes that start together on a small machine do not have to spare.
std::string startup_script() {
  std::ostringstream port;
  port << std::uppercase << std::hex << std::setw(4) << std::setfill('0') << traits(Component::broker).port;
  // A line of these tables: number, local address:port, remote address:port, state; 0A is LISTEN.
  return "grep -q -s -E ':" + port.str() +
         " [0-9A-F]+:0000 0A ' /proc/net/tcp /proc/net/tcp6 || exit 1\n"
         "exec rabbitmqctl --quiet eval \"$1\"";
}

// No node goes while a queue needs it for its majority; where all nodes go, that is waited for in vain, but not long. A
// single node is always needed.
std::string stop_script(std::int64_t nodes) {
  const std::string wait = nodes > 1 ? "rabbitmq-upgrade --timeout 30 await_online_quorum_plus_one\n" : "";
  return wait + "rabbitmq-upgrade --timeout 30 drain\ntrue\n";
}

json::Value environment(const Spec& spec) {
  const std::string directory(data_directory);
  const std::string config = std::string(config_directory) + "/";
  json::Value list = json::Value::array();
  // First, since others are made of it.
  list.push_back(json::object(
      {{"name", "POD_NAME"},
       {"valueFrom",
        json::object({{"fieldRef", json::object({{"apiVersion", "v1"}, {"fieldPath", "metadata.name"}})}})}}));
  const auto add = [&](const char* name, const std::string& value) {
    list.push_back(json::object({{"name", name}, {"value", value}}));
  };
  add("RABBITMQ_NODENAME", "rabbit@$(POD_NAME)." + broker_nodes_name(spec.name) + "." + spec.namespace_name);
  add("RABBITMQ_USE_LONGNAME", "true");
  add("RABBITMQ_CONFIG_FILE", config + std::string(rabbitmq_file));
  add("RABBITMQ_ADVANCED_CONFIG_FILE", config + std::string(rabbitmq_advanced_file));
  add("RABBITMQ_ENABLED_PLUGINS_FILE", config + std::string(rabbitmq_plugins_file));
  add("RABBITMQ_CONF_ENV_FILE", "/dev/null");
  add("RABBITMQ_MNESIA_BASE", directory + "/mnesia");
  add("RABBITMQ_LOG_BASE", directory + "/log");
  add("HOME", directory);
  add("LC_ALL", "C.UTF-8");
  return list;
}

json::Value broker_container(const Plan& plan) {
  const Spec& spec = plan.spec;
  json::Value rabbitmq = container(plan, plan.live.broker_image(spec), traits(Component::broker).name,
                                   json::Value::array({"sh", "-c", start_script(broker_limits(spec))}));
  rabbitmq["env"] = environment(spec);
  rabbitmq["volumeMounts"].push_back(json::object({{"name", broker_volume}, {"mountPath", data_directory}}));
  rabbitmq["ports"] = json::Value::array();
  for (const auto& [name, number] :
       {std::pair("amqp", traits(Component::broker).port), std::pair("epmd", std::int64_t{broker_epmd_port}),
        std::pair("distribution", std::int64_t{broker_distribution_port}),
        std::pair("management", std::int64_t{broker_management_port}),
        std::pair("metrics", std::int64_t{broker_metrics_port})}) {
    rabbitmq["ports"].push_back(json::object({{"name", name}, {"containerPort", number}, {"protocol", "TCP"}}));
  }
  // Asked once, at the start. A node that is no member after all is started anew.
  rabbitmq["startupProbe"] = tool(startup_script(), {broker_is_member(spec)});
  rabbitmq["startupProbe"].update(
      json::object({{"periodSeconds", 2}, {"timeoutSeconds", 30}, {"failureThreshold", 450}}));
  rabbitmq["readinessProbe"] = json::object({{"tcpSocket", json::object({{"port", traits(Component::broker).port}})},
                                             {"periodSeconds", 5},
                                             {"timeoutSeconds", 5},
                                             {"failureThreshold", 3}});
  rabbitmq["lifecycle"] = json::object({{"preStop", tool(stop_script(spec.broker.managed()->replicas))}});
  return rabbitmq;
}

json::Value volume_claim(const ManagedBroker& broker, const std::string& size) {
  // The list of claims is one value to server-side apply: it is written with all that the API server puts into it.
  json::Value claim = json::object(
      {{"apiVersion", "v1"},
       {"kind", "PersistentVolumeClaim"},
       {"metadata", json::object({{"name", broker_volume}})},
       {"spec", json::object({{"accessModes", json::Value::array({"ReadWriteOnce"})},
                              {"resources", json::object({{"requests", json::object({{"storage", size}})}})},
                              {"volumeMode", "Filesystem"}})},
       {"status", json::object({{"phase", "Pending"}})}});
  if (!broker.storage_class_name.empty()) claim["spec"]["storageClassName"] = broker.storage_class_name;
  return claim;
}

json::Value broker_pod(const Plan& plan) {
  const Spec& spec = plan.spec;
  json::Value pod = pod_spec(
      plan, plan.live.broker_image(spec), spec.broker.managed()->pods, broker_container(plan),
      json::Value::array({config_volume(
          plan, Component::broker,
          {{erlang_cookie_file, erlang_cookie_file}, {rabbitmq_definitions_file, rabbitmq_definitions_file}})}));
  // A large volume is not walked through at every start.
  pod["securityContext"]["fsGroupChangePolicy"] = "OnRootMismatch";
  pod["terminationGracePeriodSeconds"] = 120;
  return pod;
}

}  // namespace

json::Value broker_stateful_set(const Plan& plan) {
  const Spec& spec = plan.spec;
  const ManagedBroker& broker = *spec.broker.managed();
  const std::string_view name = traits(Component::broker).name;
  json::Value set = object(spec, kube::types::stateful_set, workload_name(spec.name, Component::broker), name);
  set["spec"] =
      json::object({{"replicas", broker.replicas},
                    {"serviceName", broker_nodes_name(spec.name)},
                    {"podManagementPolicy", "Parallel"},
                    {"updateStrategy", json::object({{"type", "RollingUpdate"}})},
                    {"revisionHistoryLimit", 5},
                    {"persistentVolumeClaimRetentionPolicy",
                     json::object({{"whenDeleted", broker.when_deleted}, {"whenScaled", "Retain"}})},
                    {"selector", json::object({{"matchLabels", selector_labels(spec, name)}})},
                    {"volumeClaimTemplates", json::Value::array({volume_claim(broker, plan.live.claim_template_size)})},
                    {"template", pod_template(plan, Component::broker, broker_pod(plan))}});
  return set;
}

}  // namespace heat
