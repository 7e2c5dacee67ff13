// What every condition is judged by: the input of status(), read once.
#pragma once

#include <optional>
#include <string>

#include "heat/workload_state.h"
#include "heat/status/condition.h"
#include "heat/status/status.h"

namespace heat {

struct Situation {
  const StatusInput& input;
  WorkloadState engine;
  std::int64_t wanted = 0;                  // engines: of the spec where it is acted on, else as it was
  std::optional<std::string> engine_waits;  // the reason for which the engine stage is held
  const ObservedChild* db_sync = nullptr;   // the Job; null: none yet
  std::string db_sync_name;

  const json::Value& live() const { return input.observed->status; }
};

Situation situation(const StatusInput& input);

// One a file.
Condition config_valid(const Situation& situation);
Condition database_ready(const Situation& situation);
Condition engine_ready(const Situation& situation);

// The conditions that the summaries look at.
struct Parts {
  Condition config_valid;
  Condition database_ready;
  Condition engine_ready;
};
Condition ready(const Situation& situation, const Parts& parts);
// Stalled and Reconciling exclude each other: kstatus looks at Reconciling first.
Condition stalled(const Situation& situation, const Parts& parts);
Condition reconciling(const Situation& situation, const Parts& parts, const Condition& stalled);

}  // namespace heat
