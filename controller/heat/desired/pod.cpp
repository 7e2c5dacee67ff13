#include "heat/desired/pod.h"

#include "heat/names.h"

namespace heat {

json::Value heat_container(const Plan& plan, std::string_view name, json::Value command) {
  const Spec& spec = plan.spec;
  json::Value container = {
      {"name", name},
      {"image", spec.images.heat.reference},
      {"imagePullPolicy", spec.images.pull_policy},
      {"command", std::move(command)},
      {"env", json::Value::array(
                  {{{"name", "HOME"}, {"value", "/tmp"}}, {{"name", "PYTHONDONTWRITEBYTECODE"}, {"value", "1"}}})},
      {"volumeMounts", json::Value::array({{{"name", "config"}, {"mountPath", config_directory}, {"readOnly", true}},
                                           {{"name", "tmp"}, {"mountPath", "/tmp"}}})},
      {"securityContext",
       {{"allowPrivilegeEscalation", false},
        {"readOnlyRootFilesystem", true},
        {"capabilities", {{"drop", json::Value::array({"ALL"})}}}}},
      // A start that fails says why in its last lines, which kubectl describe then shows.
      {"terminationMessagePolicy", "FallbackToLogsOnError"}};
  if (!spec.engine.pods.resources.is_null()) container["resources"] = spec.engine.pods.resources;
  return container;
}

json::Value heat_pod(const Plan& plan, json::Value container, json::Value volume) {
  const Images& images = plan.spec.images;
  volume["name"] = "config";
  json::Value pod = {
      {"serviceAccountName", service_account_name(plan.spec.name)},
      {"automountServiceAccountToken", false},
      // Service environment variables look like options to oslo.config's environment driver, and grow with the
      // namespace.
      {"enableServiceLinks", false},
      // The pause process is PID 1 then, not Heat. As PID 1 a process has no default signal handling, so a Job ignores
      // SIGTERM and the engine cannot kill its own process group when its drain runs out of time; nobody would reap
      // orphans; and the process group, by which oslo.messaging's queue manager tells a restart, would always be 1. An
      // init such as tini does the same, but images need not have one.
      {"shareProcessNamespace", true},
      {"securityContext",
       {{"runAsNonRoot", true},
        {"runAsUser", images.heat.user},
        {"runAsGroup", images.heat.user},
        {"fsGroup", images.heat.user},
        {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
      {"containers", json::Value::array({std::move(container)})},
      // Lock files live in /tmp; the bound is far above them and keeps a mishap off the node.
      {"volumes", json::Value::array({std::move(volume), {{"name", "tmp"}, {"emptyDir", {{"sizeLimit", "1Gi"}}}}})}};
  for (const std::string& name : images.pull_secrets) pod["imagePullSecrets"].push_back({{"name", name}});
  return pod;
}

}  // namespace heat
