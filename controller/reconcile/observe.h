// First step of the recipe: what the pure core is told of the world.
#pragma once

#include <stop_token>

#include "heat/observed.h"
#include "heat/spec.h"
#include "reconcile/world.h"

namespace reconcile {

// Reads the Secrets that the spec names and the HeatCluster's own, by name. `max_age`: how old a former read may be.
// `is_new`: nobody has acted on this HeatCluster yet, so its encryption key is taken for missing without a look:
// creating it finds out (AlreadyExists), and what is there is adopted then.
kube::Result<void> observe_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, bool is_new,
                                   std::stop_token stop, heat::Observed& observed);

// As observe_secrets(), from memory alone. False where one was not read within `max_age`: nothing is filled in then.
bool recall_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, heat::Observed& observed);

// Fills in the children of the HeatCluster `uid` from the stores, own writes included. No request is made.
void observe_children(const World& world, const kube::Object& cluster, heat::Observed& observed);

}  // namespace reconcile
