#include "heat/config/heat_conf.h"

#include "heat/config/ini.h"
#include "heat/config/sums.h"
#include "heat/release.h"

namespace heat {
namespace {

void messaging(const Spec& spec, IniWriter& ini) {
  // classic is what Heat declares by itself: an engine that joins such a deployment must not declare anything else.
  if (spec.broker.queue_type != "quorum") return;
  ini.section("oslo_messaging_rabbit");
  ini.set("rabbit_quorum_queue", true);
  // Reply and fanout queues as quorum queues with stable names came with oslo.messaging 14.7, and brokers from RabbitMQ
  // 4.3 on refuse the transient ones that Heat used before.
  if (!at_least(spec.release, "2024.1")) return;
  ini.set("rabbit_transient_quorum_queue", true);
  ini.set("use_queue_manager", true);
}

void noauth(IniWriter& ini) {
  ini.set("keystone_backend", "heat.engine.clients.os.keystone.fake_keystoneclient.FakeKeystoneClient");
  // Trusts, the default, need a Keystone.
  ini.set("deferred_auth_method", "password");
}

}  // namespace

std::string heat_conf(const Spec& spec) {
  const std::int64_t workers = engine_workers(spec.engine);
  const DatabasePool pool = database_pool(workers, spec.database.max_connections).value_or(DatabasePool{});
  const AmqpConnections amqp = amqp_connections(workers);

  IniWriter ini;
  ini.comment("Made by heat-operator. Up to " + std::to_string(reach(spec.engine.replicas)) + " engines with " +
              std::to_string(spec.engine.workers) + " workers: at most " + std::to_string(workers * pool.ceiling()) +
              " database connections;");
  ini.comment("AMQP connections: " + std::to_string(amqp.idle) + " idle, " + std::to_string(amqp.ceiling) +
              " at most. Passwords are in credentials.conf.");
  ini.section("DEFAULT");
  ini.set("use_stderr", true);
  ini.set("num_engine_workers", spec.engine.workers);
  ini.set("graceful_shutdown_timeout", spec.engine.drain_timeout.count());
  ini.set("executor_thread_pool_size", pool.threads);
  noauth(ini);

  ini.section("database");
  ini.set("max_pool_size", pool.pool_size);
  ini.set("max_overflow", pool.threads);

  // The queue manager keeps its counter under a lock file: without a path the engine ends at start, with status 0.
  ini.section("oslo_concurrency");
  ini.set("lock_path", "/tmp");

  messaging(spec, ini);

  // noauth gives every caller the role admin and nothing else, which the newer defaults (reader, member) do not know.
  ini.section("oslo_policy");
  ini.set("enforce_new_defaults", false);
  ini.set("enforce_scope", false);
  return ini.text();
}

}  // namespace heat
