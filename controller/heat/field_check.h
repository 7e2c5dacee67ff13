// Reads a spec against the field table: defaults filled in, every problem found.
#pragma once

#include <vector>

#include "heat/spec.h"
#include "json/json.h"

namespace heat {

struct CheckedSpec {
  json::Value spec;               // with defaults; of the table's types wherever problems is empty
  std::vector<Problem> problems;  // in the table's order
};

// `spec` is the HeatCluster's .spec. Fields that the table does not know are passed over: the API server drops them.
CheckedSpec check_fields(json::Value spec);

}  // namespace heat
