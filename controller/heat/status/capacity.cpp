#include "heat/status/capacity.h"

#include "heat/config/sums.h"

namespace heat {
namespace {

// oslo.messaging polls for replies each half second, so a thread of an API answers two calls a second.
constexpr std::int64_t calls_per_thread = 2;

json::Value amqp(const Spec& spec) {
  const std::int64_t workers = spec.engine.replicas * spec.engine.workers;
  const std::int64_t processes = spec.api.replicas * spec.api.workers + spec.cfn.replicas * spec.cfn.workers;
  json::Value result = {{"expected", amqp_connections(workers, processes).idle},
                        {"ceiling", amqp_connections(engine_workers(spec.engine), api_processes(spec)).ceiling}};
  if (spec.broker.managed() != nullptr) result["limit"] = broker_limits(spec).connections;
  return result;
}

json::Value database(const Spec& spec) {
  json::Value result = {{"limit", spec.database.max_connections}};
  const std::int64_t workers = engine_workers(spec.engine);
  const auto pool = database_pool(workers, spec.database.max_connections);
  if (!pool) return result;
  result["expected"] = spec.engine.replicas * spec.engine.workers * pool->pool_size;
  result["ceiling"] = workers * pool->ceiling();
  return result;
}

}  // namespace

json::Value capacity(const Spec& spec) {
  const std::int64_t threads =
      spec.api.replicas * spec.api.workers * spec.api.threads + spec.cfn.replicas * spec.cfn.workers * spec.cfn.threads;
  return {{"amqpConnections", amqp(spec)},
          {"databaseConnections", database(spec)},
          {"apiCallsPerSecond", threads * calls_per_thread}};
}

}  // namespace heat
