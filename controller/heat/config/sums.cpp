#include "heat/config/sums.h"

#include <algorithm>

namespace heat {
namespace {

constexpr std::int64_t least_reach = 4;
constexpr std::int64_t job_connections = 1;  // heat-manage db_sync

constexpr DatabasePool heat_defaults;  // oslo.db max_pool_size 5, oslo.messaging executor_thread_pool_size 64
// One worker runs three RPC servers on that thread pool size each, and stacks call each other: with fewer threads
// nested stacks wait for one another.
constexpr DatabasePool smallest{2, 8};

}  // namespace

std::int64_t reach(std::int64_t replicas) {
  std::int64_t power = least_reach;
  while (power < replicas) power *= 2;
  return power;
}

std::int64_t engine_workers(const Engine& engine) { return reach(engine.replicas) * engine.workers; }

AmqpConnections amqp_connections(std::int64_t workers) {
  constexpr std::int64_t listeners = 3;
  constexpr std::int64_t replies = 1;
  return {workers * (listeners + replies + 2), workers * (listeners + replies + 30)};
}

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
