#include "heat/config/heat_conf.h"

#include "heat/component.h"
#include "heat/config/endpoints.h"
#include "heat/config/ini.h"
#include "heat/config/paste.h"
#include "heat/config/sums.h"
#include "heat/names.h"
#include "heat/release.h"

namespace heat {
namespace {

std::string path_of(std::string_view file) { return std::string(config_directory) + "/" + std::string(file); }

void messaging(const Spec& spec, bool stable_host_name, IniWriter& ini) {
  const ExternalBroker* external = spec.broker.external();
  const bool tls = external != nullptr && !external->ca_secret.empty();
  // What Heat declares by itself is classic: an engine that joins such a deployment must not declare anything else.
  const bool quorum = spec.broker.queue_type == "quorum";
  // Both came with oslo.messaging 14.7. Reply and fanout queues have to be quorum queues on brokers from RabbitMQ 4.3
  // on, which refuse the transient ones that Heat used before.
  const bool transient_quorum = quorum && at_least(spec.release, "2024.1");
  // Gives those queues stable names, which hold the host name: pods of a Deployment would leave theirs behind. Whatever
  // the type: an engine whose names are random deletes its fanout queue when it ends, and waiting for that it takes in,
  // acknowledges and forgets what the broker had sent it before: stacks would stay IN_PROGRESS for ever.
  const bool stable_names = stable_host_name && at_least(spec.release, "2024.1");
  if (tls || quorum || stable_names) ini.section("oslo_messaging_rabbit");
  if (tls) {
    ini.set("ssl", true);
    ini.set("ssl_ca_file", path_of(broker_authorities_file));
    // Not every oslo.messaging knows it; without it the broker's certificate is checked, but not its name.
    ini.set("ssl_enforce_hostname_verification", true);
  }
  if (quorum) ini.set("rabbit_quorum_queue", true);
  if (transient_quorum) ini.set("rabbit_transient_quorum_queue", true);
  if (stable_names) ini.set("use_queue_manager", true);
}

void noauth_policy(IniWriter& ini) {
  // noauth gives every caller the role admin and nothing else, which the newer defaults (reader, member) do not know.
  ini.section("oslo_policy");
  ini.set("enforce_new_defaults", false);
  ini.set("enforce_scope", false);
}

// Users and passwords of these sections are in credentials.conf.
void keystone_sections(const Keystone& keystone, IniWriter& ini) {
  ini.section("keystone_authtoken");
  ini.set("www_authenticate_uri", keystone.auth_url);
  ini.set("auth_url", keystone.auth_url);
  ini.set("auth_type", "password");
  ini.set("region_name", keystone.region);
  ini.set("service_token_roles", "service");
  ini.set("service_token_roles_required", true);
  ini.section("trustee");
  ini.set("auth_type", "password");
  ini.set("auth_url", keystone.auth_url);
  ini.section("clients_keystone");
  ini.set("auth_uri", keystone.auth_url);
  // No auth_uri here: with it the request for a signed URL goes without a token, which Keystone refuses.
  ini.section("ec2authtoken");
  ini.set("auth_type", "password");
  ini.set("auth_url", keystone.auth_url);
}

void default_section(const Spec& spec, IniWriter& ini) {
  ini.section("DEFAULT");
  ini.set("use_stderr", true);
  if (const Keystone* keystone = spec.keystone()) {
    ini.set("region_name_for_services", keystone->region);
    return;
  }
  ini.set("keystone_backend", "heat.engine.clients.os.keystone.fake_keystoneclient.FakeKeystoneClient");
  // Trusts, the default, need a Keystone.
  ini.set("deferred_auth_method", "password");
}

void identity_sections(const Spec& spec, IniWriter& ini) {
  if (const Keystone* keystone = spec.keystone()) {
    keystone_sections(*keystone, ini);
  } else {
    noauth_policy(ini);
  }
}

}  // namespace

std::string cloudformation_url(const Spec& spec) {
  if (!spec.proxy.public_cloudformation_url.empty()) return spec.proxy.public_cloudformation_url;
  if (spec.keystone() != nullptr) return {};
  return proxy_scheme(spec) + "://" + workload_name(spec.name, Component::proxy) + "." + spec.namespace_name +
         ".svc:" + std::to_string(traits(Component::cfn).port) + "/v1";
}

std::string engine_heat_conf(const Spec& spec) {
  const std::int64_t workers = engine_workers(spec.engine);
  const DatabasePool pool = database_pool(workers, spec.database.max_connections).value_or(DatabasePool{});
  const AmqpConnections amqp = amqp_connections(workers);

  IniWriter ini;
  ini.comment("Made by heat-operator. Up to " + std::to_string(reach(spec.engine.replicas)) + " engines with " +
              std::to_string(spec.engine.workers) + " workers: at most " + std::to_string(workers * pool.ceiling()) +
              " database connections;");
  ini.comment("AMQP connections: " + std::to_string(amqp.idle) + " idle, " + std::to_string(amqp.ceiling) +
              " at most. Passwords are in credentials.conf.");
  default_section(spec, ini);
  ini.set("num_engine_workers", spec.engine.workers);
  ini.set("graceful_shutdown_timeout", spec.engine.drain_timeout.count());
  ini.set("executor_thread_pool_size", pool.threads);
  if (const Keystone* keystone = spec.keystone()) ini.set("stack_user_domain_name", keystone->stack_domain);
  if (const std::string url = cloudformation_url(spec); !url.empty()) {
    // Heat puts servers' signals at the second by replacing its last word: it must end in just this.
    ini.set("heat_metadata_server_url", url);
    ini.set("heat_waitcondition_server_url", url + "/waitcondition");
  }

  ini.section("database");
  ini.set("max_pool_size", pool.pool_size);
  ini.set("max_overflow", pool.threads);

  // The queue manager keeps its counter under a lock file: without a path the engine ends at start, with status 0.
  ini.section("oslo_concurrency");
  ini.set("lock_path", "/tmp");

  messaging(spec, true, ini);
  identity_sections(spec, ini);
  return ini.text();
}

std::string api_heat_conf(const Spec& spec, Component component) {
  const Api& api = component == Component::cfn ? spec.cfn : spec.api;
  IniWriter ini;
  ini.comment("Made by heat-operator. Each pod works on " + std::to_string(calls_at_once(api)) +
              " calls at a time. Passwords are in credentials.conf.");
  default_section(spec, ini);

  ini.section("paste_deploy");
  ini.set("api_paste_config", path_of(paste_file));

  // The proxy sets X-Forwarded-Proto, and nobody else reaches the pods: links follow what the client called.
  ini.section("oslo_middleware");
  ini.set("enable_proxy_headers_parsing", true);

  ini.section("oslo_concurrency");
  ini.set("lock_path", "/tmp");

  messaging(spec, false, ini);
  identity_sections(spec, ini);
  if (!api_policy(spec, component).empty()) {
    ini.section("oslo_policy");
    ini.set("policy_file", path_of(policy_file));
  }
  return ini.text();
}

}  // namespace heat
