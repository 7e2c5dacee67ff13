// Makes in Keystone what Heat needs there, as an admin of the cloud whose Secret only this Job's pods read. Once for
// each state that is wanted: a new password of Heat's user, or another URL of the catalogue, is another Job.
#include "heat/config/keystone_bootstrap.h"
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

constexpr int tries_after_the_first = 6;
constexpr int deadline_seconds = 1800;
constexpr int readable_by_group = 0440;

json::Value secret_volume(const char* name, const std::string& secret) {
  return json::object(
      {{"name", name}, {"secret", json::object({{"secretName", secret}, {"defaultMode", readable_by_group}})}});
}

json::Value mount(const char* name, std::string_view path) {
  return json::object({{"name", name}, {"mountPath", path}, {"readOnly", true}});
}

}  // namespace

json::Value keystone_bootstrap_job(const Plan& plan) {
  const Spec& spec = plan.spec;
  const Keystone& keystone = *spec.keystone();
  json::Value command =
      json::Value::array({"python3", "-I", "-c", keystone_bootstrap_script(), keystone_bootstrap_settings(spec)});
  json::Value container = heat_container(plan, keystone_bootstrap_component, std::move(command));
  container["volumeMounts"] =
      json::Value::array({mount("admin", keystone_admin_directory), mount("heat", keystone_heat_directory),
                          json::object({{"name", "tmp"}, {"mountPath", "/tmp"}})});
  json::Value pod =
      heat_pod_spec(plan, spec.engine.pods, std::move(container), secret_volume("heat", keystone.secret_name));
  pod["volumes"].push_back(secret_volume("admin", keystone.bootstrap_secret));
  pod["restartPolicy"] = "Never";

  json::Value job = object(spec, kube::types::job, plan.keystone_bootstrap->name, keystone_bootstrap_component);
  job["metadata"]["annotations"] = json::object({{keystone_annotation, plan.keystone_bootstrap->target},
                                                 {credentials_annotation, plan.keystone_bootstrap->credentials}});
  json::Value pod_labels = labels(spec, keystone_bootstrap_component);
  job["spec"] = json::object(
      {{"backoffLimit", tries_after_the_first},
       {"activeDeadlineSeconds", deadline_seconds},
       {"template",
        json::object({{"metadata", json::object({{"labels", std::move(pod_labels)}})}, {"spec", std::move(pod)}})}});
  return job;
}

}  // namespace heat
