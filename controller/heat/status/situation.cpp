#include "heat/status/situation.h"

namespace heat {
namespace {

const Stage* stage(const Desired* desired, std::string_view name) {
  if (desired == nullptr) return nullptr;
  for (const Stage& candidate : desired->stages) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

const ObservedChild* find_job(const Observed& observed, const std::string& name) {
  for (const ObservedChild& job : observed.jobs) {
    if (job.name == name) return &job;
  }
  return nullptr;
}

}  // namespace

Situation situation(const StatusInput& input) {
  Situation result{input, workload_state(*input.observed, Component::engine), 0, {}, nullptr, {}};
  // While problems stand, what was wanted before them goes on; without engines there was nothing before.
  const bool acted_on = input.spec != nullptr && (input.desired != nullptr || !result.engine.exists);
  result.wanted = acted_on ? input.spec->engine.replicas : result.engine.wanted;
  const Stage* engine = stage(input.desired, "engine");
  if (engine != nullptr && engine->mode == Stage::Mode::hold) result.engine_waits = engine->reason;
  const Stage* database = stage(input.desired, "database");
  if (database != nullptr && !database->objects.empty()) {
    result.db_sync_name = database->objects.front().name;
    result.db_sync = find_job(*input.observed, result.db_sync_name);
  }
  return result;
}

}  // namespace heat
