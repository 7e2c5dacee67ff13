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

// Connections that engines hold at the broker. Each worker process has 3 RPC servers with a connection each, one for
// replies, and a pool of senders: 2 when idle (conn_pool_min_size), 30 at most (rpc_conn_pool_size).
struct AmqpConnections {
  std::int64_t idle = 0;
  std::int64_t ceiling = 0;
};
AmqpConnections amqp_connections(std::int64_t workers);

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
