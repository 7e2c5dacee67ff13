// What follows from the scale. All sums use reach, not the count, so that a small change restarts nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "heat/spec.h"

namespace heat {

// The next power of two that is not below `replicas`, at least 4: 5 → 6 changes no sum, 8 → 9 changes each once.
std::int64_t reach(std::int64_t replicas);

// Engine worker processes that sums are done for: reach × workers of one pod.
std::int64_t engine_workers(const Engine& engine);

// Processes of both APIs that sums are done for: reach × workers of one pod.
std::int64_t api_processes(const Spec& spec);

// Connections that Heat holds at the broker. Each engine worker has 3 RPC servers with a connection each, one for
// replies, and a pool of senders: 2 when idle (conn_pool_min_size), 30 at most (rpc_conn_pool_size). A process of an
// API has no RPC server.
struct AmqpConnections {
  std::int64_t idle = 0;
  std::int64_t ceiling = 0;
};
AmqpConnections amqp_connections(std::int64_t workers, std::int64_t api_processes = 0);

// Nodes of a managed broker that configuration names: the largest odd number in reach, for brokers have an odd number
// of nodes, and 7 at most. RabbitMQ asks each of them when it forms a cluster: one that is not there delays that by 10
// s. A broker of one node names itself alone: where more are named, it would wait for a second one.
std::int64_t broker_reach(std::int64_t replicas);

// What one node of a managed broker is made for. Powers of two, so that the broker, which restarts for each change of
// these, restarts seldom; one node must be able to hold every client while the others are away.
struct BrokerLimits {
  std::int64_t connections = 0;
  std::int64_t file_handles = 0;
  std::int64_t memory = 0;  // bytes at which it stops taking messages: 60 % of the container's limit, where it has one
  std::int64_t group_size = 3;  // nodes that hold one quorum queue
};
BrokerLimits broker_limits(const Spec& spec);
// Bytes that a node with so many connections needs: less is no broker for this scale.
std::int64_t broker_memory_needed(std::int64_t connections);

// Calls that one API pod works on at a time.
std::int64_t calls_at_once(const Api& api);
// Connections that wait at one API pod for a thread: above net.core.somaxconn, which is 128 on old kernels, uWSGI would
// not start.
inline constexpr std::int64_t api_listen_queue = 100;
// Calls that one proxy has at one API pod at a time: all that the pod can work on but one, for a probe. Proxies do not
// know of one another, so several may send more than that; what is too much waits in the pod. Never so much that the
// pod's queue overflows, whatever number of proxies is within reach: the kernel would drop connections, and probes.
std::int64_t calls_from_one_proxy(const Api& api, std::int64_t proxies);
// Pods of one API that the proxy has a place for: its reach, and the one more that a rollout brings up.
std::int64_t proxy_slots(const Api& api);

// Sizes for one engine worker process. Heat raises max_overflow to executor_thread_pool_size where it is lower, so one
// number stands for both: lowering one alone would do nothing.
struct DatabasePool {
  std::int64_t pool_size = 5;  // [database] max_pool_size
  std::int64_t threads = 64;   // [DEFAULT] executor_thread_pool_size and [database] max_overflow

  std::int64_t ceiling() const { return pool_size + threads; }
};
// The largest pool, up to Heat's own defaults, with which `workers` workers and one db-sync Job stay within
// `max_connections`. nullopt where even the smallest that can work does not fit.
std::optional<DatabasePool> database_pool(std::int64_t workers, std::int64_t max_connections);
// The lowest max_connections for which database_pool() has an answer.
std::int64_t least_connections(std::int64_t workers);

}  // namespace heat
