// DatabaseReady: the schema of the database is that of the release.
#include "heat/config/preflight.h"
#include "heat/one_time_job.h"
#include "heat/status/job_ready.h"
#include "heat/status/reasons.h"

namespace heat {
namespace {

// Empty: it is not that the image has another release's Heat.
std::string why_refused(const Situation& situation) {
  const ObservedChild* job = situation.db_sync.job;
  const auto code = job == nullptr ? std::nullopt : job_exit_code(*job);
  const std::string what = code ? release_refusal(*code) : std::string();
  if (what.empty()) return {};
  const Spec& spec = *situation.input.spec;
  return "spec.release is " + spec.release + ", and " + spec.images.heat.reference + " " + what +
         ": let spec.release and spec.images.heat name the same release";
}

}  // namespace

Condition database_ready(const Situation& situation) {
  if (situation.input.desired == nullptr || situation.input.spec == nullptr) {
    return former_condition(situation.live(), database_ready_type);
  }
  if (const std::string why = why_refused(situation); !why.empty()) {
    return condition(database_ready_type, false, reason::sync_failed, why);
  }
  const std::string& release = situation.input.spec->release;
  return job_ready(situation, situation.db_sync,
                   {database_ready_type, reason::synced, reason::syncing, reason::sync_failed,
                    "the schema is that of release " + release, "brings the schema up to release " + release});
}

}  // namespace heat
