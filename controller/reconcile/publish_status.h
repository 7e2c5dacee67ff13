// Last step of the recipe: the status, written only when it says something new.
#pragma once

#include <stop_token>

#include "json/json.h"
#include "kube/model/object.h"
#include "reconcile/world.h"

namespace reconcile {

// Whether every field of `ours` is in `live` with the same value. Lists of conditions are compared by type, so that a
// condition of somebody else's is no difference.
bool agrees(const json::Value& ours, const json::Value& live);

// Applies `status` to the status subresource where it differs from `live`. Pinned to the HeatCluster's UID: a status
// never lands on a successor of the same name. A HeatCluster that is gone meanwhile is no error. Returns the
// HeatCluster as it wrote it; null: there was nothing to write.
kube::Result<kube::ObjectPtr> publish_status(const World& world, const kube::Object& cluster, const json::Value& status,
                                             const json::Value& live, std::stop_token stop);

}  // namespace reconcile
