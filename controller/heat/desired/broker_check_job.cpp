// Asks the broker's nodes, in the image that shall follow theirs, whether it can: heat/config/broker_check.h.
#include "heat/config/broker_check.h"
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// A try takes three seconds where a node answers. Nodes that restart are back well before the last.
constexpr int tries_after_the_first = 6;
constexpr int deadline_seconds = 1800;
constexpr int readable_by_group = 0440;

json::Value volumes(const Spec& spec) {
  json::Value cookie = json::object({{"key", erlang_cookie_file}, {"path", erlang_cookie_file}});
  json::Value config = json::object({{"name", "config"},
                                     {"secret", json::object({{"secretName", credentials_name(spec.name)},
                                                              {"defaultMode", readable_by_group},
                                                              {"items", json::Value::array({std::move(cookie)})}})}});
  json::Value tmp = json::object({{"name", "tmp"}, {"emptyDir", json::object({{"sizeLimit", "64Mi"}})}});
  return json::Value::array({std::move(config), std::move(tmp)});
}

}  // namespace

json::Value broker_check_job(const Plan& plan) {
  const Spec& spec = plan.spec;
  const OneTimeJob& check = plan.live.broker_step->check;
  json::Value asks = container(plan, spec.images.rabbitmq, broker_check_component, broker_check_command(spec));
  asks["volumeMounts"].push_back(json::object({{"name", "tmp"}, {"mountPath", "/tmp"}}));
  asks["env"] = json::Value::array();
  for (const auto& [name, value] :
       {std::pair("HOME", "/tmp"), std::pair("RABBITMQ_CONF_ENV_FILE", "/dev/null"), std::pair("LC_ALL", "C.UTF-8")}) {
    asks["env"].push_back(json::object({{"name", name}, {"value", value}}));
  }
  // Not where the broker's nodes go: those may be kept apart from each other, and fill their machines.
  json::Value pod = pod_spec(plan, spec.images.rabbitmq, spec.engine.pods, std::move(asks), volumes(spec));
  pod["restartPolicy"] = "Never";

  json::Value job = object(spec, kube::types::job, check.name, broker_check_component);
  job["metadata"]["annotations"] =
      json::object({{broker_step_annotation, check.target}, {credentials_annotation, check.credentials}});
  json::Value pod_labels = labels(spec, broker_check_component);
  job["spec"] = json::object(
      {{"backoffLimit", tries_after_the_first},
       {"activeDeadlineSeconds", deadline_seconds},
       {"podFailurePolicy", fail_at_once(broker_check_component, broker_check_refusals())},
       {"template",
        json::object({{"metadata", json::object({{"labels", std::move(pod_labels)}})}, {"spec", std::move(pod)}})}});
  return job;
}

}  // namespace heat
