// heat-manage db_sync, once for each release, image, and way to database and broker, after a look at whether they and
// the encryption key fit. It has no time to live: the finished Job is the record that all of this is as Heat's pods
// want it, and pods get no other credentials before.
#include "heat/config/preflight.h"
#include "heat/desired/heat_manage.h"
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// One try waits up to 100 s for a database that does not answer (oslo.db: 10 tries, 10 s apart).
constexpr int tries_after_the_first = 6;
constexpr int deadline_seconds = 1800;

}  // namespace

json::Value db_sync_job(const Plan& plan) {
  json::Value job = object(plan.spec, kube::types::job, plan.db_sync.name, db_sync_component);
  job["metadata"]["annotations"] =
      json::object({{database_annotation, plan.db_sync.target}, {credentials_annotation, plan.db_sync.credentials}});
  json::Value pod = heat_manage_template(plan, db_sync_component, {"db_sync"});
  json::Value& command = pod["spec"]["containers"][0]["command"];
  json::Value tried = json::Value::array({"python3", "-c", preflight_script(), preflight_settings(plan.spec)});
  tried.insert(tried.end(), command.begin(), command.end());
  command = std::move(tried);
  job["spec"] = json::object({{"backoffLimit", tries_after_the_first},
                              {"activeDeadlineSeconds", deadline_seconds},
                              {"podFailurePolicy", fail_at_once(db_sync_component, release_refusals())},
                              {"template", std::move(pod)}});
  return job;
}

}  // namespace heat
