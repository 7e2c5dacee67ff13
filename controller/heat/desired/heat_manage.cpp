#include "heat/desired/heat_manage.h"

#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {

namespace {

// Only credentials.conf, and with TLS what database and broker are known by: of the engines' ConfigMap, which goes when
// no engine can be made from it any more.
json::Value volume(const Plan& plan) {
  constexpr int readable_by_group = 0440;
  const auto item = [](std::string_view file) { return json::object({{"key", file}, {"path", file}}); };
  json::Value credentials = json::Value::array({item(credentials_file)});
  const std::string secret = credentials_name(plan.spec.name);
  json::Value known_by = json::Value::array();
  if (!plan.spec.database.ca_secret.empty()) {
    for (const std::string_view file : {database_conf_file, database_site_file, database_authorities_file}) {
      known_by.push_back(item(file));
    }
  }
  const ExternalBroker* broker = plan.spec.broker.external();
  if (broker != nullptr && !broker->ca_secret.empty()) known_by.push_back(item(broker_authorities_file));
  if (known_by.empty()) {
    return json::object({{"name", "config"},
                         {"secret", json::object({{"secretName", secret},
                                                  {"defaultMode", readable_by_group},
                                                  {"items", std::move(credentials)}})}});
  }
  const std::string& config_map = plan.configuration(Component::engine).config_map;
  json::Value sources = json::Value::array();
  sources.push_back(
      json::object({{"configMap", json::object({{"name", config_map}, {"items", std::move(known_by)}})}}));
  sources.push_back(json::object({{"secret", json::object({{"name", secret}, {"items", std::move(credentials)}})}}));
  return json::object(
      {{"name", "config"},
       {"projected", json::object({{"defaultMode", readable_by_group}, {"sources", std::move(sources)}})}});
}

}  // namespace

json::Value heat_manage_template(const Plan& plan, std::string_view component,
                                 const std::vector<std::string_view>& arguments) {
  const Spec& spec = plan.spec;
  json::Value command = json::Value::array({"heat-manage"});
  const auto read = [&](std::string_view file) {
    command.push_back("--config-file");
    command.push_back(std::string(config_directory) + "/" + std::string(file));
  };
  read(credentials_file);
  if (!spec.database.ca_secret.empty()) read(database_conf_file);
  for (const std::string_view argument : arguments) command.push_back(argument);
  json::Value container = heat_container(plan, component, std::move(command));
  put_database_environment(spec, container);
  json::Value pod = heat_pod_spec(plan, spec.engine.pods, std::move(container), volume(plan));
  pod["restartPolicy"] = "Never";
  return json::object({{"metadata", json::object({{"labels", labels(spec, component)}})}, {"spec", std::move(pod)}});
}

}  // namespace heat
