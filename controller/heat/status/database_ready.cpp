// DatabaseReady: the schema of the database is that of the release.
#include "heat/db_sync_state.h"
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

std::string how_to_retry(const Situation& situation, const ObservedChild& job) {
  const std::string where = " -n " + situation.input.spec->namespace_name + " ";
  return "Job " + job.name + " gave up (" + job_failure(job) + "): read kubectl logs" + where + "job/" + job.name +
         ", mend the cause, then kubectl delete" + where + "job/" + job.name +
         " to try again; a change of the Secrets tries again by itself";
}

// Its pod starts and heat-manage answers well within that, where the image is present.
constexpr std::chrono::seconds patience{30};

// Until the Job gives up, which takes it many minutes: what a person can see by then.
std::string where_to_look(const Situation& situation, const ObservedChild& job) {
  const std::string where = " -n " + situation.input.spec->namespace_name + " ";
  const std::int64_t failed = json::integer_at(job.fields, "/status/failed");
  if (failed > 0) {
    return "; tries that failed: " + std::to_string(failed) + ", and kubectl logs" + where + "job/" + job.name +
           " tells why";
  }
  if (lasted(situation.live(), database_ready_type, "False", situation.input.now) < patience) return {};
  return ", and that for more than " + std::to_string(patience.count()) + "s: kubectl describe" + where +
         "pods -l job-name=" + job.name + " tells why";
}

}  // namespace

Condition database_ready(const Situation& situation) {
  if (situation.input.desired == nullptr || situation.input.spec == nullptr) {
    return former_condition(situation.live(), database_ready_type);
  }
  const ObservedChild* job = situation.db_sync;
  if (situation.db_sync_waits) {
    return condition(database_ready_type, false, reason::waiting_for[static_cast<std::size_t>(Component::broker)],
                     *situation.db_sync_waits);
  }
  if (job == nullptr) {
    return condition(database_ready_type, false, reason::syncing,
                     "Job " + situation.db_sync_name + " is being created");
  }
  switch (job_state(*job)) {
    case JobState::complete:
      return condition(database_ready_type, true, reason::synced,
                       "the schema is that of release " + situation.input.spec->release);
    case JobState::failed:
      return condition(database_ready_type, false, reason::sync_failed, how_to_retry(situation, *job));
    case JobState::running:
      break;
  }
  return condition(database_ready_type, false, reason::syncing,
                   "Job " + job->name + " brings the schema up to release " + situation.input.spec->release +
                       where_to_look(situation, *job));
}

}  // namespace heat
