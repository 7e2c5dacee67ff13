// Which stages may be applied: each waits for the ones before it.
#pragma once

#include <optional>
#include <string>

#include "heat/desired/desired.h"
#include "heat/observed.h"
#include "heat/one_time_job.h"

namespace heat {

// Closes `stage` of `component`, whose last object is its workload, where it must wait for `before`, the stage of
// another component. What is held is the first coming up and a change of the pod template; where the template stays as
// it is, replicas and all else are applied whatever happens to the others: a broker that restarts keeps no engine from
// being scaled.
struct Gate {
  const Spec& spec;
  const Observed& observed;

  // nullopt: open. `before_workload`: the workload wanted of the component before, null where there is none.
  std::optional<std::string> waits_for(Component before, const DesiredObject* before_workload,
                                       const DesiredObject& workload, Component component) const;
  // The same for what waits for a Job: `job` is the one that speaks for what `wanted` brings about, or null.
  std::optional<std::string> waits_for_job(const OneTimeJob& wanted, const ObservedChild* job,
                                           const DesiredObject& workload, Component component) const;

 private:
  bool is_change(const DesiredObject& workload, Component component) const;
};

}  // namespace heat
