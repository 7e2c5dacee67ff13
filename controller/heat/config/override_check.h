// Reads what a user writes into spec.config as its reader will, so that a slip is told before any pod restarts for it.
#pragma once

#include <vector>

#include "heat/spec.h"

namespace heat {

// Each with the field's path and the line. Tells form, and options that a field of the spec stands for; whether the
// rest makes sense only the program knows, and its first pod that does not start halts the rollout.
std::vector<Problem> check_overrides(const Spec& spec);

}  // namespace heat
