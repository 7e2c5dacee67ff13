// What keeps Heat's database from growing for ever: deleted stacks are purged, and so are the rows of engines that did
// not end by themselves.
#include "heat/desired/heat_manage.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {
namespace {

constexpr std::string_view hourly = "17 * * * *";
constexpr int deadline_seconds = 3600;
constexpr int tries_after_the_first = 1;  // the next run is the third

json::Value cron_job(const Plan& plan, const std::string& name, std::string_view component, std::string_view schedule,
                     json::Value pod_template) {
  json::Value job = object(plan.spec, kube::types::cron_job, name, component);
  job["spec"] =
      json::object({{"schedule", schedule},
                    {"concurrencyPolicy", "Forbid"},
                    {"startingDeadlineSeconds", 600},
                    {"successfulJobsHistoryLimit", 1},
                    {"failedJobsHistoryLimit", 1},
                    {"jobTemplate", json::object({{"spec", json::object({{"backoffLimit", tries_after_the_first},
                                                                         {"activeDeadlineSeconds", deadline_seconds},
                                                                         {"template", std::move(pod_template)}})}})}});
  return job;
}

}  // namespace

json::Value purge_cron_job(const Plan& plan) {
  const std::string age = std::to_string(plan.spec.purge_deleted.older_than.count());
  return cron_job(plan, purge_name(plan.spec.name), purge_component, plan.spec.purge_deleted.schedule,
                  heat_manage_template(plan, purge_component, {"purge_deleted", "-g", "seconds", age}));
}

json::Value service_clean_cron_job(const Plan& plan) {
  return cron_job(plan, service_clean_name(plan.spec.name), service_clean_component, hourly,
                  heat_manage_template(plan, service_clean_component, {"service", "clean"}));
}

}  // namespace heat
