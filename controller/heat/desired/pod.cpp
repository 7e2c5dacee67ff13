#include "heat/desired/pod.h"

#include "base/hash.h"
#include "heat/component.h"
#include "heat/names.h"

namespace heat {
namespace {

constexpr int readable_by_group = 0440;

json::Value default_spread(const Spec& spec, std::string_view component) {
  json::Value spread =
      json::object({{"maxSkew", 1},
                    {"topologyKey", "kubernetes.io/hostname"},
                    {"whenUnsatisfiable", "ScheduleAnyway"},
                    {"labelSelector", json::object({{"matchLabels", selector_labels(spec, component)}})}});
  return json::Value::array({std::move(spread)});
}

void put(json::Value& target, const char* key, const json::Value& value) {
  if (!value.is_null() && !value.empty()) target[key] = value;
}

}  // namespace

json::Value container(const Plan& plan, const Image& image, std::string_view name, json::Value command) {
  return json::object(
      {{"name", name},
       {"image", image.reference},
       {"imagePullPolicy", plan.spec.images.pull_policy},
       {"command", std::move(command)},
       {"volumeMounts",
        json::Value::array({json::object({{"name", "config"}, {"mountPath", config_directory}, {"readOnly", true}})})},
       {"securityContext", json::object({{"allowPrivilegeEscalation", false},
                                         {"readOnlyRootFilesystem", true},
                                         {"capabilities", json::object({{"drop", json::Value::array({"ALL"})}})}})},
       // A start that fails says why in its last lines, which kubectl describe then shows.
       {"terminationMessagePolicy", "FallbackToLogsOnError"}});
}

json::Value heat_container(const Plan& plan, std::string_view name, json::Value command) {
  json::Value result = container(plan, plan.spec.images.heat, name, std::move(command));
  result["env"] = json::Value::array({json::object({{"name", "HOME"}, {"value", "/tmp"}}),
                                      json::object({{"name", "PYTHONDONTWRITEBYTECODE"}, {"value", "1"}})});
  result["volumeMounts"].push_back(json::object({{"name", "tmp"}, {"mountPath", "/tmp"}}));
  return result;
}

void put_database_environment(const Spec& spec, json::Value& container) {
  if (spec.database.ca_secret.empty()) return;
  container["env"].push_back(json::object({{"name", "PYTHONPATH"}, {"value", config_directory}}));
}

json::Value pod_spec(const Plan& plan, const Image& image, const PodSettings& settings, json::Value container,
                     json::Value volumes) {
  put(container, "resources", settings.resources);
  json::Value pod =
      json::object({{"serviceAccountName", service_account_name(plan.spec.name)},
                    {"automountServiceAccountToken", false},
                    // Service environment variables look like options to oslo.config's environment driver, and grow
                    // with the namespace.
                    {"enableServiceLinks", false},
                    {"securityContext", json::object({{"runAsNonRoot", true},
                                                      {"runAsUser", image.user},
                                                      {"runAsGroup", image.user},
                                                      {"fsGroup", image.user},
                                                      {"seccompProfile", json::object({{"type", "RuntimeDefault"}})}})},
                    {"containers", json::Value::array({std::move(container)})},
                    {"volumes", std::move(volumes)}});
  for (const std::string& name : plan.spec.images.pull_secrets)
    pod["imagePullSecrets"].push_back(json::object({{"name", name}}));
  put(pod, "nodeSelector", settings.node_selector);
  put(pod, "tolerations", settings.tolerations);
  put(pod, "affinity", settings.affinity);
  if (!settings.priority_class_name.empty()) pod["priorityClassName"] = settings.priority_class_name;
  return pod;
}

json::Value heat_pod_spec(const Plan& plan, const PodSettings& settings, json::Value container, json::Value config) {
  json::Value volumes = json::Value::array({std::move(config)});
  // Lock files live in /tmp; the bound is far above them and keeps a mishap off the node.
  volumes.push_back(json::object({{"name", "tmp"}, {"emptyDir", json::object({{"sizeLimit", "1Gi"}})}}));
  json::Value pod = pod_spec(plan, plan.spec.images.heat, settings, std::move(container), std::move(volumes));
  // The pause process is PID 1 then, not Heat. As PID 1 a process has no default signal handling, so a Job ignores
  // SIGTERM and the engine cannot kill its own process group when its drain runs out of time; nobody would reap
  // orphans; and the process group, by which oslo.messaging's queue manager tells a restart, would always be 1. An init
  // such as tini does the same, but images need not have one.
  pod["shareProcessNamespace"] = true;
  return pod;
}

json::Value config_volume(const Plan& plan, Component component, const std::vector<SecretFile>& secrets) {
  json::Value sources = json::Value::array();
  sources.push_back(json::object({{"configMap", json::object({{"name", plan.configuration(component).config_map}})}}));
  if (!secrets.empty()) {
    json::Value items = json::Value::array();
    for (const SecretFile& file : secrets) items.push_back(json::object({{"key", file.key}, {"path", file.path}}));
    sources.push_back(json::object(
        {{"secret", json::object({{"name", credentials_name(plan.spec.name)}, {"items", std::move(items)}})}}));
  }
  return json::object(
      {{"name", "config"},
       {"projected", json::object({{"defaultMode", readable_by_group}, {"sources", std::move(sources)}})}});
}

json::Value pod_template(const Plan& plan, Component component, json::Value spec) {
  const PodSettings& settings = pod_settings(plan.spec, component);
  const Configuration& configuration = plan.configuration(component);
  const std::string_view name = traits(component).name;
  put(spec, "topologySpreadConstraints",
      settings.topology_spread_constraints.is_null() ? default_spread(plan.spec, name)
                                                     : settings.topology_spread_constraints);
  // Ours last: a selector must find its pods, whatever the user writes.
  json::Value all_labels = settings.labels.is_object() ? settings.labels : json::Value::object();
  all_labels.update(pod_labels(plan.spec, component));
  json::Value annotations = settings.annotations.is_object() ? settings.annotations : json::Value::object();
  annotations[std::string(config_annotation)] = configuration.config_map;
  if (runs_heat(component)) annotations[std::string(release_annotation)] = plan.spec.release;
  if (!configuration.credentials_digest.empty()) {
    annotations[std::string(credentials_annotation)] = configuration.credentials_digest;
  }
  json::Value result = json::object(
      {{"metadata", json::object({{"labels", std::move(all_labels)}, {"annotations", std::move(annotations)}})},
       {"spec", std::move(spec)}});
  result["metadata"]["annotations"][std::string(template_annotation)] = base::sha256_hex(result.dump(), 16);
  return result;
}

json::Value fail_at_once(std::string_view container, const std::vector<int>& exit_codes) {
  json::Value codes = json::object({{"containerName", container}, {"operator", "In"}, {"values", exit_codes}});
  json::Value rule = json::object({{"action", "FailJob"}, {"onExitCodes", std::move(codes)}});
  return json::object({{"rules", json::Value::array({std::move(rule)})}});
}

}  // namespace heat
