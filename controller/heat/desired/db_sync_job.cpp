// heat-manage db_sync, once for each release, image and database. It has no time to live: the finished Job is the
// record that the database is as the release wants it.
#include "heat/desired/heat_manage.h"
#include "heat/desired/objects.h"
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
  job["spec"] = json::object({{"backoffLimit", tries_after_the_first},
                              {"activeDeadlineSeconds", deadline_seconds},
                              {"template", heat_manage_template(plan, db_sync_component, {"db_sync"})}});
  return job;
}

}  // namespace heat
