// First step of the recipe: what the pure core is told of the world.
#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>

#include "heat/observed.h"
#include "heat/spec.h"
#include "reconcile/world.h"

namespace reconcile {

// Reads the Secrets that the spec names and the HeatCluster's own, by name. `max_age`: how old a former read may be.
// `is_new`: nobody has acted on this HeatCluster yet, so its encryption key is taken for missing without a look:
// creating it finds out (AlreadyExists), and what is there is adopted then.
// Returns their resourceVersions by name, empty where there is none of that name.
kube::Result<std::map<std::string, std::string>> observe_secrets(const World& world, const heat::Spec& spec,
                                                                 base::Duration max_age, bool is_new,
                                                                 std::stop_token stop, heat::Observed& observed);

// As observe_secrets(), from memory alone. False where one was not read within `max_age`: nothing is filled in then.
bool recall_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, heat::Observed& observed);

// A hash of which versions of the HeatCluster and of what observe_children() reads the stores hold: equal where both
// would tell the same. No request is made, and nothing is parsed.
std::uint64_t view_of(const World& world, const kube::Object& cluster);

// What the HeatCluster's own broker says of itself, and Heat of its engines; nothing where there is none of ours to
// ask, or nobody is asked. No request is made. Needs the Secrets and the children in `observed`.
void observe_health(const World& world, const kube::Object& cluster, const heat::Spec& spec, heat::Observed& observed);

// Fills in the children of the HeatCluster `uid` from the stores, own writes included. No request is made.
void observe_children(const World& world, const kube::Object& cluster, heat::Observed& observed);

}  // namespace reconcile
