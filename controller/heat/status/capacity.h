// What follows from the scale, as status shows it.
#pragma once

#include "heat/spec.h"
#include "json/json.h"

namespace heat {

// status.capacity: connections that are expected, that the configuration lets be opened, and that there is room for;
// calls a second that the APIs answer at most.
json::Value capacity(const Spec& spec);

}  // namespace heat
