#include "heat/status/job_ready.h"

#include "heat/one_time_job.h"
#include "heat/status/reasons.h"

namespace heat {
namespace {

// Its pod starts and its program answers well within that, where the image is present.
constexpr std::chrono::seconds patience{30};

std::string how_to_retry(const Situation& situation, const ObservedChild& job) {
  const std::string where = " -n " + situation.input.spec->namespace_name + " ";
  return "Job " + job.name + " gave up (" + job_failure(job) + "): read kubectl logs" + where + "job/" + job.name +
         ", mend the cause, then kubectl delete" + where + "job/" + job.name +
         " to try again; a change of the Secrets tries again by itself";
}

// Until the Job gives up, which takes it many minutes: what a person can see by then.
std::string where_to_look(const Situation& situation, const ObservedChild& job, std::string_view type) {
  const std::string where = " -n " + situation.input.spec->namespace_name + " ";
  const std::int64_t failed = json::integer_at(job.fields, "/status/failed");
  if (failed > 0) {
    return "; tries that failed: " + std::to_string(failed) + ", and kubectl logs" + where + "job/" + job.name +
           " tells why";
  }
  if (lasted(situation.live(), type, "False", situation.input.now) < patience) return {};
  return ", and that for more than " + std::to_string(patience.count()) + "s: kubectl describe" + where +
         "pods -l job-name=" + job.name + " tells why";
}

}  // namespace

Condition job_ready(const Situation& situation, const JobSituation& job, const JobWords& words) {
  if (job.waits) {
    return condition(words.type, false, reason::waiting_for[static_cast<std::size_t>(Component::broker)], *job.waits);
  }
  if (job.job == nullptr) {
    return condition(words.type, false, words.running, "Job " + job.name + " is being created");
  }
  switch (job_state(*job.job)) {
    case JobState::complete:
      return condition(words.type, true, words.done, words.when_done);
    case JobState::failed:
      return condition(words.type, false, words.failed, how_to_retry(situation, *job.job));
    case JobState::running:
      break;
  }
  return condition(words.type, false, words.running,
                   "Job " + job.name + " " + words.doing + where_to_look(situation, *job.job, words.type));
}

}  // namespace heat
