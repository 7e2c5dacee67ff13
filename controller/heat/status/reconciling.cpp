// Reconciling: the world is on its way to the spec. kstatus calls this InProgress.
#include "heat/one_time_job.h"
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

bool has_ended(const JobSituation& job) { return job.job != nullptr && job_state(*job.job) != JobState::running; }

}  // namespace

Condition reconciling(const Situation& situation, const Parts& parts, const Condition& stalled) {
  if (stalled.is_true())
    return condition(reconciling_type, false, stalled.reason, "waits for a person: " + stalled.message);
  const StatusInput& input = situation.input;
  if (!parts.config_valid.is_true()) {
    return condition(reconciling_type, true, parts.config_valid.reason, parts.config_valid.message);
  }
  if (!input.apply_error.empty()) return condition(reconciling_type, true, apply_reason(input), input.apply_error);
  for (const Condition& part : parts.gates) {
    if (!part.is_true()) return condition(reconciling_type, true, part.reason, part.message);
  }
  // What was held in this pass has still to be done, though what it waited for may have come since: the pods run, but
  // not as they are wanted.
  for (const ComponentSituation& component : situation.components) {
    if (component.waits) return condition(reconciling_type, true, reason::waiting, *component.waits);
  }
  for (const ComponentSituation& component : situation.components) {
    if (component.settled()) continue;
    return condition(reconciling_type, true, reason::draining, component_ready(situation, component, {}).message);
  }
  if (const auto& users = situation.broker_users; users && !has_ended(*users)) {
    return condition(reconciling_type, true, reason::waiting,
                     users->waits.value_or("Job " + users->name + " removes the broker's former users"));
  }
  return condition(reconciling_type, false, reason::settled, "nothing is left to do");
}

}  // namespace heat
