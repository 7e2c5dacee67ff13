// How engines go from one release of Heat to another. Their worker RPC differs from release to release: on one broker
// the old ones lose what the new ones give them, those that end included. So all engines of the old release are gone
// before the first of the new one starts. Pure.
#pragma once

#include <string>

#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// The release whose engines must end first; empty: none. While it is one, the StatefulSet is wanted with the new
// template and no replicas, and says in an annotation which release its pods are still of.
std::string draining_release(const Spec& spec, const Observed& observed);

}  // namespace heat
