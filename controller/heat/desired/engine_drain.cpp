#include "heat/desired/engine_drain.h"

#include "heat/workload_state.h"

namespace heat {

std::string draining_release(const Spec& spec, const Observed& observed) {
  const WorkloadState engine = workload_state(observed, Component::engine);
  const bool same = engine.release.empty() || engine.release == spec.release;
  return !engine.exists || same || engine.gone() ? std::string() : engine.release;
}

}  // namespace heat
