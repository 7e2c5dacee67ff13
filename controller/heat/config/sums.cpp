#include "heat/config/sums.h"

#include <algorithm>

#include "heat/quantity.h"

namespace heat {
namespace {

constexpr std::int64_t least_reach = 4;
constexpr std::int64_t job_connections = 1;  // heat-manage db_sync

constexpr DatabasePool heat_defaults;  // oslo.db max_pool_size 5, oslo.messaging executor_thread_pool_size 64
// One worker runs three RPC servers on that thread pool size each, and stacks call each other: with fewer threads
// nested stacks wait for one another.
constexpr DatabasePool smallest{2, 8};

constexpr std::int64_t broker_base_memory = 256 << 20;    // Erlang, management and metadata of a quiet node
constexpr std::int64_t memory_of_connection = 128 << 10;  // with its channel; RabbitMQ's own guide reckons 100 KB

std::int64_t power_of_two(std::int64_t least) {
  std::int64_t power = 1;
  while (power < least) power *= 2;
  return power;
}

}  // namespace

std::int64_t reach(std::int64_t replicas) { return std::max(least_reach, power_of_two(replicas)); }

std::int64_t engine_workers(const Engine& engine) { return reach(engine.replicas) * engine.workers; }

std::int64_t api_processes(const Spec& spec) {
  return reach(spec.api.replicas) * spec.api.workers + reach(spec.cfn.replicas) * spec.cfn.workers;
}

AmqpConnections amqp_connections(std::int64_t workers, std::int64_t api_processes) {
  constexpr std::int64_t listeners = 3;
  constexpr std::int64_t replies = 1;
  return {workers * (listeners + replies + 2) + api_processes * (replies + 2),
          workers * (listeners + replies + 30) + api_processes * (replies + 30)};
}

std::int64_t broker_reach(std::int64_t replicas) { return replicas <= 1 ? 1 : reach(replicas) - 1; }

std::int64_t broker_memory_needed(std::int64_t connections) {
  return broker_base_memory + connections * memory_of_connection;
}

BrokerLimits broker_limits(const Spec& spec) {
  const ManagedBroker* managed = spec.broker.managed();
  BrokerLimits limits;
  const std::int64_t ceiling = amqp_connections(engine_workers(spec.engine), api_processes(spec)).ceiling;
  // Half as many again: tools, and clients that reconnect before their old connection is noticed to be dead.
  limits.connections = power_of_two(std::max<std::int64_t>(4096, ceiling + ceiling / 2));
  limits.file_handles = std::max<std::int64_t>(65536, limits.connections * 4);
  limits.memory = power_of_two(std::max<std::int64_t>(1 << 30, broker_memory_needed(limits.connections)));
  if (managed == nullptr) return limits;
  if (const json::Value* limit = json::find(managed->pods.resources, "/limits/memory")) {
    limits.memory = quantity_value(limit->get<std::string>()) / 5 * 3;
  }
  if (managed->replicas >= 5) limits.group_size = 5;
  return limits;
}

std::int64_t calls_at_once(const Api& api) { return api.workers * api.threads; }

std::int64_t calls_from_one_proxy(const Api& api, std::int64_t proxies) {
  const std::int64_t callers = reach(proxies) + 1;  // with the one more of a rollout
  const std::int64_t probes = callers + 2;          // one from each, the kubelet's, and the one of a pod that ends
  const std::int64_t share = (calls_at_once(api) + api_listen_queue - probes) / callers;
  return std::max<std::int64_t>(1, std::min(calls_at_once(api) - 1, share));
}

std::int64_t proxy_slots(const Api& api) { return reach(api.replicas) + 1; }

std::optional<DatabasePool> database_pool(std::int64_t workers, std::int64_t max_connections) {
  const std::int64_t share = (max_connections - job_connections) / workers;
  if (share < smallest.ceiling()) return std::nullopt;
  DatabasePool pool;
  pool.pool_size = std::clamp(share / 5, smallest.pool_size, heat_defaults.pool_size);
  pool.threads = std::min(share - pool.pool_size, heat_defaults.threads);
  return pool;
}

std::int64_t least_connections(std::int64_t workers) { return workers * smallest.ceiling() + job_connections; }

}  // namespace heat
