#include "heat/desired/plan.h"

#include <utility>
#include <vector>

#include "base/hash.h"
#include "heat/component.h"
#include "heat/config/haproxy_cfg.h"
#include "heat/config/heat_conf.h"
#include "heat/config/paste.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/config/uwsgi_ini.h"
#include "heat/encryption_key.h"
#include "heat/names.h"

namespace heat {
namespace {

std::string short_hash(const std::string& content, std::size_t digits) {
  return base::sha256_hex(content).substr(0, digits);
}

std::optional<Credentials> read_credentials(const Spec& spec, const Observed& observed) {
  const std::string key = encryption_key(spec, observed).value_or("");
  const SecretData* database = observed.secret(spec.database.secret_name);
  if (key.empty() || database == nullptr) return std::nullopt;
  const auto broker = broker_access(spec, observed.secret(broker_secret(spec)), key);
  const auto access = database_access(spec, *database);
  if (!broker || !access) return std::nullopt;
  Credentials credentials{*broker, *access, std::nullopt, key};
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
      put(rabbitmq_file, rabbitmq_conf(spec, plan.claim_template_size));
      put(rabbitmq_advanced_file, rabbitmq_advanced_config(spec));
      put(rabbitmq_plugins_file, rabbitmq_enabled_plugins());
      return files;
    case Component::proxy:
      put(haproxy_file, haproxy_cfg(spec));
      return files;
    case Component::engine:
      put(heat_conf_file, engine_heat_conf(spec));
      break;
    case Component::api:
    case Component::cfn:
      put(heat_conf_file, api_heat_conf(spec, component));
      put(uwsgi_file, uwsgi_ini(spec, component));
      put(paste_file, api_paste(spec, component));
      if (component == Component::cfn && !cfn_policy(spec).empty()) put(policy_file, cfn_policy(spec));
      break;
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
  configuration.config_map = config_map_name(plan.spec.name, traits(component).name, short_hash(all, 10));
  std::string secrets;
  for (const std::string_view name : secret_files_of(component)) {
    const auto file = plan.secret_files.find(std::string(name));
    if (file != plan.secret_files.end()) secrets += file->second;
  }
  if (!secrets.empty() && plan.credentials) {
    configuration.credentials_digest = base::hmac_sha256_hex(plan.credentials->encryption_key, secrets);
  }
  return configuration;
}

}  // namespace

Plan make_plan(const Spec& spec, const Observed& observed, std::string claim_template_size) {
  Plan plan{spec, read_credentials(spec, observed), {}, {}, {}, {}, std::move(claim_template_size)};
  if (plan.credentials) plan.secret_files = secret_files(spec, *plan.credentials);
  for (const ComponentTraits& each : component_table) {
    if (!exists(spec, each.component)) continue;
    plan.configurations[each.component] = make_configuration(plan, each.component);
  }
  const std::string identity = plan.credentials ? plan.credentials->database.identity : std::string();
  plan.database = short_hash(spec.release + "\n" + spec.images.heat.reference + "\n" + identity, 16);
  // The credentials take part in the name, not in the annotation: a try with others is another Job, but a Job that is
  // complete stays the record whatever the password becomes.
  const std::string& digest = plan.configuration(Component::engine).credentials_digest;
  plan.db_sync_job = db_sync_name(spec.name, short_hash(plan.database + digest, 8));
  return plan;
}

}  // namespace heat
