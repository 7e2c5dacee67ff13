// How the broker's volumes come to the size that spec.broker.managed.storage.size says. Pure.
#pragma once

#include <string>
#include <vector>

#include "heat/desired/desired.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

// What the StatefulSet's claim template says: where there is a StatefulSet, what it says already.
std::string claim_template_size(const Spec& spec, const Observed& observed);

// The claims that ask for less than the spec does and have a volume, each with the size to ask for. A claim that asks
// for more keeps that: volumes never shrink.
std::vector<DesiredObject> volume_growths(const Spec& spec, const Observed& observed);

}  // namespace heat
