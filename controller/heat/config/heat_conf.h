// heat.conf of the engines: everything but secrets.
#pragma once

#include <string>

#include "heat/spec.h"

namespace heat {

// The whole file. Depends on nothing but the spec, and on the replica count only through reach. Needs database_pool()
// to have an answer for this spec.
std::string heat_conf(const Spec& spec);

}  // namespace heat
