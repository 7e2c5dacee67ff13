#include "heat/desired/heat_manage.h"

#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {

json::Value heat_manage_template(const Plan& plan, std::string_view component,
                                 const std::vector<std::string_view>& arguments) {
  constexpr int readable_by_group = 0440;
  const Spec& spec = plan.spec;
  json::Value command = json::Value::array(
      {"heat-manage", "--config-file", std::string(config_directory) + "/" + std::string(credentials_file)});
  for (const std::string_view argument : arguments) command.push_back(argument);
  json::Value items = json::Value::array();
  items.push_back(json::object({{"key", credentials_file}, {"path", credentials_file}}));
  json::Value volume = json::object({{"name", "config"},
                                     {"secret", json::object({{"secretName", credentials_name(spec.name)},
                                                              {"defaultMode", readable_by_group},
                                                              {"items", std::move(items)}})}});
  json::Value pod =
      heat_pod_spec(plan, spec.engine.pods, heat_container(plan, component, std::move(command)), std::move(volume));
  pod["restartPolicy"] = "Never";
  return json::object({{"metadata", json::object({{"labels", labels(spec, component)}})}, {"spec", std::move(pod)}});
}

}  // namespace heat
