#include "heat/desired/broker_control_job.h"

#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// A try takes three seconds where a node answers. Nodes that restart are back well before the last.
constexpr int tries_after_the_first = 6;
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

json::Value broker_control_job(const Plan& plan, const OneTimeJob& record, BrokerControl control) {
  const Spec& spec = plan.spec;
  json::Value asks = container(plan, control.image, control.component, std::move(control.command));
  asks["volumeMounts"].push_back(json::object({{"name", "tmp"}, {"mountPath", "/tmp"}}));
  asks["env"] = json::Value::array();
  for (const auto& [name, value] :
       {std::pair("HOME", "/tmp"), std::pair("RABBITMQ_CONF_ENV_FILE", "/dev/null"), std::pair("LC_ALL", "C.UTF-8")}) {
    asks["env"].push_back(json::object({{"name", name}, {"value", value}}));
  }
  // Not where the broker's nodes go: those may be kept apart from each other, and fill their machines.
  json::Value pod = pod_spec(plan, control.image, spec.engine.pods, std::move(asks), volumes(spec));
  pod["restartPolicy"] = "Never";

  json::Value job = object(spec, kube::types::job, record.name, control.component);
  job["metadata"]["annotations"] =
      json::object({{record.annotation, record.target}, {credentials_annotation, record.credentials}});
  json::Value pod_labels = labels(spec, control.component);
  job["spec"] = json::object(
      {{"backoffLimit", tries_after_the_first},
       {"activeDeadlineSeconds", control.deadline_seconds},
       {"podFailurePolicy", fail_at_once(control.component, control.final_codes)},
       {"template",
        json::object({{"metadata", json::object({{"labels", std::move(pod_labels)}})}, {"spec", std::move(pod)}})}});
  return job;
}

}  // namespace heat
