#include "heat/config/rabbitmq_conf.h"

#include <algorithm>

#include "base/base64.h"
#include "base/hash.h"
#include "heat/component.h"
#include "heat/config/sums.h"
#include "heat/names.h"
#include "heat/quantity.h"
#include "json/json.h"

namespace heat {
namespace {

// Queues of engines that have gone. Far above the longest time for which a living engine may be cut off, since an
// engine cut off for longer would lose its queue; one that is connected keeps it.
constexpr long unused_queue_expires_ms = 24L * 3600 * 1000;

std::string bytes_of(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return bytes;
}

// rabbit_password_hashing_sha256: base64 of a salt of 4 bytes and the hash of salt and password. The salt is derived:
// the same password gives the same file.
std::string password_hash(const std::string& password) {
  const std::string salt = bytes_of(base::sha256_hex("salt/" + password, 8));
  return base::base64_encode(salt + bytes_of(base::sha256_hex(salt + password)));
}

// A tenth of the volume as it was made: one that grows later shall restart no node.
std::int64_t disk_free_limit(const std::string& volume_size) {
  constexpr std::int64_t most = 2'000'000'000;
  constexpr std::int64_t least = 50'000'000;  // RabbitMQ's own default
  return std::clamp(quantity_value(volume_size) / 10, least, most);
}

}  // namespace

std::string broker_node(const Spec& spec, long ordinal) {
  return "rabbit@" + workload_name(spec.name, Component::broker) + "-" + std::to_string(ordinal) + "." +
         broker_nodes_name(spec.name) + "." + spec.namespace_name;
}

std::string rabbitmq_conf(const Spec& spec, const std::string& volume_size) {
  const ManagedBroker& broker = *spec.broker.managed();
  const BrokerLimits limits = broker_limits(spec);
  std::string text = "# Made by heat-operator. For up to " + std::to_string(limits.connections) + " connections.\n";
  const auto set = [&](const std::string& key, const std::string& value) { text += key + " = " + value + "\n"; };
  set("cluster_name", spec.namespace_name + "/" + spec.name);
  set("listeners.tcp.default", std::to_string(traits(Component::broker).port));
  set("management.tcp.port", std::to_string(broker_management_port));
  set("prometheus.tcp.port", std::to_string(broker_metrics_port));
  set("log.console", "true");
  set("log.console.level", "info");
  set("log.file", "false");
  set("load_definitions", std::string(config_directory) + "/" + std::string(rabbitmq_definitions_file));
  // Every node that there may be without a change of this file. Not the Kubernetes plugin: with it a node 0 that has
  // lost its volume begins a cluster of its own.
  set("cluster_formation.peer_discovery_backend", "classic_config");
  for (std::int64_t i = 0; i < broker_reach(broker.replicas); ++i) {
    set("cluster_formation.classic_config.nodes." + std::to_string(i + 1), broker_node(spec, i));
  }
  set("cluster_partition_handling", "pause_minority");
  set("channel_max", "64");  // Heat's driver opens one channel a connection
  set("vm_memory_high_watermark.absolute", std::to_string(limits.memory));
  set("disk_free_limit.absolute",
      std::to_string(disk_free_limit(volume_size.empty() ? broker.storage_size : volume_size)));
  if (!spec.config.rabbitmq.empty()) text += "\n# spec.config.rabbitmq\n" + spec.config.rabbitmq + "\n";
  return text;
}

std::string rabbitmq_advanced_config(const Spec& spec) {
  const BrokerLimits limits = broker_limits(spec);
  const std::string size = std::to_string(limits.group_size);
  std::string text = "%% Made by heat-operator.\n[{rabbit, [\n";
  text += "  {connection_max, " + std::to_string(limits.connections) + "},\n";
  text += "  {queue_leader_locator, <<\"balanced\">>},\n";
  text += "  {quorum_cluster_size, " + size + "},\n";
  // Queues that were declared while nodes were missing, and those from before a node came, get their members.
  text += "  {quorum_membership_reconciliation_enabled, true},\n";
  text += "  {quorum_membership_reconciliation_auto_remove, false},\n";
  text += "  {quorum_membership_reconciliation_interval, 30000},\n";
  text += "  {quorum_membership_reconciliation_trigger_interval, 5000},\n";
  text += "  {quorum_membership_reconciliation_target_group_size, " + size + "},\n";
  // Heat before 2024.1 answers through such queues, and so does every release on classic ones.
  text += "  {permit_deprecated_features, #{transient_nonexcl_queues => true}}\n]}].\n";
  return text;
}

std::string rabbitmq_enabled_plugins() { return "[rabbitmq_management,rabbitmq_prometheus].\n"; }

std::string rabbitmq_definitions(const BrokerAccess& access) {
  const json::Value user = {{"name", access.username},
                            {"password_hash", password_hash(access.password)},
                            {"hashing_algorithm", "rabbit_password_hashing_sha256"},
                            {"tags", "administrator"}};
  const json::Value permission = {
      {"user", access.username}, {"vhost", access.virtual_host}, {"configure", ".*"}, {"write", ".*"}, {"read", ".*"}};
  const json::Value policy = {{"vhost", access.virtual_host},
                              {"name", "heat-unused-queues"},
                              {"pattern", "^(engine|engine_worker|heat-engine-listener)\\."},
                              {"apply-to", "queues"},
                              {"definition", {{"expires", unused_queue_expires_ms}}},
                              {"priority", 10}};
  const json::Value vhost = {{"name", access.virtual_host}};
  const json::Value definitions = {{"users", json::Value::array({user})},
                                   {"vhosts", json::Value::array({vhost})},
                                   {"permissions", json::Value::array({permission})},
                                   {"policies", json::Value::array({policy})}};
  return definitions.dump(2) + "\n";
}

std::string running_nodes() {
  // list_running() came with RabbitMQ 3.11 and took the place of all_running().
  return "R = case erlang:function_exported(rabbit_nodes, list_running, 0) of "
         "true -> rabbit_nodes:list_running(); false -> rabbit_nodes:all_running() end,";
}

std::string broker_is_member(const Spec& spec) {
  const std::string nodes = broker_nodes_name(spec.name) + "." + spec.namespace_name;
  return "F = fun(A) -> case inet:getaddrs(\"" + nodes +
         "\", A) of {ok, L} -> length(lists:usort(L)); _ -> 0 end end, " + running_nodes() +
         " true = lists:member(node(), R) andalso 2 * length(R) > max(F(inet), F(inet6)).";
}

}  // namespace heat
