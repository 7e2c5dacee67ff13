#include "heat/desired/plan.h"

#include <utility>
#include <vector>

#include "base/hash.h"
#include "heat/component.h"
#include "heat/config/database_tls.h"
#include "heat/config/ec2_filter.h"
#include "heat/config/haproxy_cfg.h"
#include "heat/config/heat_conf.h"
#include "heat/config/keystone_bootstrap.h"
#include "heat/config/paste.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/config/tls.h"
#include "heat/config/uwsgi_ini.h"
#include "heat/desired/engine_drain.h"
#include "heat/desired/volume_growth.h"
#include "heat/encryption_key.h"
#include "heat/names.h"

namespace heat {
namespace {

// Empty where no Secret is named; nullopt where it will not do, which problems() tells.
std::optional<std::string> read_authorities(const Observed& observed, const std::string& name) {
  if (name.empty()) return std::string();
  const SecretData* secret = observed.secret(name);
  if (secret == nullptr) return std::nullopt;
  const auto read = authorities(GivenSecret{*secret, {}, name});
  return read ? std::optional(read->pem) : std::nullopt;
}

// As read_authorities(). Only to tell a change: the proxies read the Secret itself.
std::optional<std::string> read_proxy_identity(const Observed& observed, const std::string& name) {
  if (name.empty()) return std::string();
  const SecretData* secret = observed.secret(name);
  if (secret == nullptr) return std::nullopt;
  const auto read = proxy_certificates(GivenSecret{*secret, {}, name});
  if (!read) return std::nullopt;
  return secret->at(std::string(certificate_entry)) + secret->at(std::string(key_entry));
}

std::optional<Credentials> read_credentials(const Spec& spec, const Observed& observed) {
  const std::string key = encryption_key(spec, observed).value_or("");
  const SecretData* database = observed.secret(spec.database.secret_name);
  if (key.empty() || database == nullptr) return std::nullopt;
  const auto broker = broker_access(spec, observed.secret(broker_secret(spec)), key);
  const auto access = database_access(spec, *database);
  if (!broker || !access) return std::nullopt;
  const ExternalBroker* external = spec.broker.external();
  const auto for_database = read_authorities(observed, spec.database.ca_secret);
  const auto for_broker = read_authorities(observed, external == nullptr ? std::string() : external->ca_secret);
  const auto for_clients = read_proxy_identity(observed, spec.proxy.tls_secret);
  if (!for_database || !for_broker || !for_clients) return std::nullopt;
  Credentials credentials{*broker, *access, std::nullopt, key, *for_database, *for_broker, *for_clients};
  if (spec.keystone() != nullptr) {
    const SecretData* secret = observed.secret(spec.keystone()->secret_name);
    if (secret == nullptr) return std::nullopt;
    const auto login = keystone_login(spec, *secret);
    if (!login) return std::nullopt;
    credentials.keystone = *login;
  }
  return credentials;
}

std::map<std::string, std::string> secret_files(const Spec& spec, const Credentials& credentials) {
  std::map<std::string, std::string> files{
      {std::string(credentials_file), credentials_conf(credentials)},
      {std::string(api_credentials_file), api_credentials_conf(credentials)},
  };
  if (spec.broker.managed() == nullptr) return files;
  files[std::string(erlang_cookie_file)] = erlang_cookie(spec, credentials.encryption_key);
  files[std::string(rabbitmq_definitions_file)] = rabbitmq_definitions(credentials.broker);
  files[std::string(broker_username_entry)] = credentials.broker.username;
  files[std::string(broker_password_entry)] = credentials.broker.password;
  return files;
}

std::map<std::string, std::string> config_files(const Plan& plan, Component component) {
  const Spec& spec = plan.spec;
  std::map<std::string, std::string> files;
  const auto put = [&](std::string_view name, std::string text) { files[std::string(name)] = std::move(text); };
  switch (component) {
    case Component::broker:
      put(rabbitmq_file, rabbitmq_conf(spec, plan.live.claim_template_size));
      put(rabbitmq_advanced_file, rabbitmq_advanced_config(spec));
      put(rabbitmq_plugins_file, rabbitmq_enabled_plugins());
      return files;
    case Component::proxy:
      put(haproxy_file, haproxy_cfg(spec));
      return files;
    case Component::engine:
      put(heat_conf_file, engine_heat_conf(spec));
      if (plan.credentials && !plan.credentials->database_authorities.empty()) {
        put(database_conf_file, database_conf());
        put(database_site_file, database_site());
        put(database_authorities_file, plan.credentials->database_authorities);
      }
      break;
    case Component::api:
    case Component::cfn:
      put(heat_conf_file, api_heat_conf(spec, component));
      put(uwsgi_file, uwsgi_ini(spec, component));
      put(paste_file, api_paste(spec, component));
      if (reads_ec2_filter(spec, component)) put(ec2_filter_file, std::string(ec2_filter()));
      if (const std::string policy = api_policy(spec, component); !policy.empty()) put(policy_file, policy);
      break;
  }
  if (plan.credentials && !plan.credentials->broker_authorities.empty()) {
    put(broker_authorities_file, plan.credentials->broker_authorities);
  }
  if (!spec.config.heat.empty()) put(overrides_file, spec.config.heat);
  return files;
}

// Files of x-credentials that a component's pods read.
std::vector<std::string_view> secret_files_of(Component component) {
  switch (component) {
    case Component::broker:
      return {erlang_cookie_file, rabbitmq_definitions_file};
    case Component::engine:
      return {credentials_file};
    case Component::api:
    case Component::cfn:
      return {api_credentials_file};
    case Component::proxy:
      return {};
  }
  return {};
}

Configuration make_configuration(const Plan& plan, Component component) {
  Configuration configuration;
  configuration.files = config_files(plan, component);
  std::string all;
  for (const auto& [name, text] : configuration.files) all += name + "\n" + text + "\n";
  configuration.config_map = config_map_name(plan.spec.name, traits(component).name, base::sha256_hex(all, 10));
  std::string secrets;
  for (const std::string_view name : secret_files_of(component)) {
    const auto file = plan.secret_files.find(std::string(name));
    if (file != plan.secret_files.end()) secrets += file->second;
  }
  if (component == Component::proxy && plan.credentials) secrets += plan.credentials->proxy_identity;
  if (!secrets.empty() && plan.credentials) {
    configuration.credentials_digest = base::hmac_sha256_hex(plan.credentials->encryption_key, secrets);
  }
  return configuration;
}

std::string text_of(const KeystoneLogin& login) {
  std::string text;
  for (const std::string* value :
       {&login.username, &login.password, &login.project, &login.user_domain, &login.project_domain,
        &login.stack_domain_admin, &login.stack_domain_admin_password}) {
    text += *value + "\n";
  }
  return text;
}

// What it tries, logins, authorities and the encryption key, is part of what it is done for: nothing is rolled out that
// has not been tried.
OneTimeJob db_sync(const Plan& plan) {
  const Spec& spec = plan.spec;
  OneTimeJob job;
  job.annotation = database_annotation;
  std::string tried = spec.broker.queue_type + "\n";
  if (plan.credentials) {
    const Credentials& credentials = *plan.credentials;
    tried += credentials.database.identity + "\n" + credentials.database_authorities + credentials.broker_authorities;
    job.credentials = base::hmac_sha256_hex(credentials.encryption_key,
                                            transport_url(credentials.broker) + "\n" + credentials.database.connection);
  }
  job.target = base::sha256_hex(spec.release + "\n" + spec.images.heat.reference + "\n" + tried + job.credentials, 16);
  job.name = db_sync_name(spec.name, job_hash(job, 8));
  return job;
}

// Another admin is no reason to do it again: who does it is part of the name alone.
std::optional<OneTimeJob> keystone_bootstrap(const Plan& plan, const Observed& observed) {
  const Spec& spec = plan.spec;
  if (spec.keystone() == nullptr || spec.keystone()->bootstrap_secret.empty() || !plan.credentials) return std::nullopt;
  const SecretData* admin = observed.secret(spec.keystone()->bootstrap_secret);
  const auto entries = admin == nullptr ? std::string() : keystone_admin(spec, *admin).value_or("");
  if (entries.empty()) return std::nullopt;
  const std::string& key = plan.credentials->encryption_key;
  OneTimeJob job;
  job.annotation = keystone_annotation;
  job.target = base::sha256_hex(std::string(keystone_bootstrap_script()) + keystone_bootstrap_settings(spec) +
                                    base::hmac_sha256_hex(key, text_of(*plan.credentials->keystone)),
                                16);
  job.credentials = base::hmac_sha256_hex(key, entries);
  job.name = keystone_bootstrap_name(spec.name, job_hash(job, 7));
  return job;
}

}  // namespace

LiveState live_state(const Spec& spec, const Observed& observed) {
  return {claim_template_size(spec, observed), draining_release(spec, observed), broker_step(spec, observed)};
}

Plan make_plan(const Spec& spec, const Observed& observed, LiveState live) {
  Plan plan{spec, read_credentials(spec, observed), {}, {}, {}, std::nullopt, std::move(live)};
  if (plan.credentials) plan.secret_files = secret_files(spec, *plan.credentials);
  for (const ComponentTraits& each : component_table) {
    if (!exists(spec, each.component)) continue;
    plan.configurations[each.component] = make_configuration(plan, each.component);
  }
  plan.db_sync = db_sync(plan);
  plan.keystone_bootstrap = keystone_bootstrap(plan, observed);
  return plan;
}

}  // namespace heat
