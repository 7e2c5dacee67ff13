// What Heat says of its engines by its API. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace heat {

struct EngineReport {
  std::int64_t registered = 0;  // pods of ours with at least one worker that Heat's service list shows as up
  friend bool operator==(const EngineReport&, const EngineReport&) = default;
};

// From the body of GET /v1/<project>/services. `workload` is the name of the engines' StatefulSet: a Heat that others
// share lists their engines too. The error says that it is not what Heat answers.
base::Result<EngineReport> engine_report(std::string_view services, const std::string& workload);

}  // namespace heat
