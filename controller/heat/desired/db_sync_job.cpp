// heat-manage db_sync, once for each release, image and database. It reads credentials.conf alone, so no other setting
// makes it run again. It has no time to live: the finished Job is the record that the database is as the release wants
// it.
#include "heat/desired/objects.h"
#include "heat/desired/pod.h"
#include "heat/names.h"

namespace heat {
namespace {

// One try waits up to 100 s for a database that does not answer (oslo.db: 10 tries, 10 s apart).
constexpr int tries_after_the_first = 6;
constexpr int deadline_seconds = 1800;

}  // namespace

DesiredObject db_sync_job(const Plan& plan) {
  const Spec& spec = plan.spec;
  constexpr int readable_by_group = 0440;
  json::Value command = json::Value::array(
      {"heat-manage", "--config-file", std::string(config_directory) + "/" + std::string(credentials_file), "db_sync"});
  json::Value volume = {{"secret", {{"secretName", credentials_name(spec.name)}, {"defaultMode", readable_by_group}}}};
  json::Value pod = heat_pod(plan, heat_container(plan, db_sync_component, std::move(command)), std::move(volume));
  // Never: each try leaves its pod, and with it its log.
  pod["restartPolicy"] = "Never";

  DesiredObject job = object(spec, kube::types::job, plan.db_sync_job, db_sync_component);
  job.body["metadata"]["annotations"] = {{database_annotation, plan.database},
                                         {credentials_annotation, plan.credentials_digest}};
  job.body["spec"] = {
      {"backoffLimit", tries_after_the_first},
      {"activeDeadlineSeconds", deadline_seconds},
      {"template", {{"metadata", {{"labels", labels(spec, db_sync_component)}}}, {"spec", std::move(pod)}}}};
  return job;
}

}  // namespace heat
