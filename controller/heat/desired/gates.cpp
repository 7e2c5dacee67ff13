#include "heat/desired/gates.h"

#include "heat/component.h"
#include "heat/names.h"
#include "heat/one_time_job.h"
#include "heat/workload_state.h"

namespace heat {
// Whether applying it would make pods from a template that none has been made from yet.
bool Gate::is_change(const DesiredObject& workload, Component component) const {
  const WorkloadState state = workload_state(observed, component);
  return !state.exists || state.pod_template != workload.pod_template();
}

std::optional<std::string> Gate::waits_for(Component before, const DesiredObject* before_workload,
                                           const DesiredObject& workload, Component component) const {
  if (before_workload == nullptr || replicas(spec, before) == 0 || !is_change(workload, component)) {
    return std::nullopt;
  }
  const ComponentTraits& each = traits(before);
  const WorkloadState state = workload_state(observed, before);
  const bool comes_up = !workload_state(observed, component).exists;
  // One that drains for another release wants no pods, and those that still are ready are not the ones to wait for.
  const bool rolled = state.exists && state.current && state.wanted > 0 && state.one_revision &&
                      state.pod_template == before_workload->pod_template();
  const std::int64_t wanted = replicas(spec, before);
  // What runs already needs only that the one before is not about to change: one pod of it that is away must not keep
  // the rest from being mended. But nothing comes up on half of what it needs.
  if (rolled && (comes_up ? state.ready >= wanted : state.ready > 0)) return std::nullopt;
  return "waiting for " + std::string(each.plural) + ": " + std::to_string(state.ready) + " of " +
         std::to_string(wanted) + " ready" + (state.exists && !rolled ? ", rolling out" : "");
}

std::optional<std::string> Gate::waits_for_job(const OneTimeJob& wanted, const ObservedChild* job,
                                               const DesiredObject& workload, Component component) const {
  if (job != nullptr && job_state(*job) == JobState::complete) return std::nullopt;
  if (!is_change(workload, component)) return std::nullopt;
  return "waiting for Job " + (job == nullptr ? wanted.name : job->name);
}

}  // namespace heat
