// The predicates: which event wakes which HeatCluster.
#pragma once

#include <optional>

#include "kube/model/object.h"

namespace reconcile {

// A HeatCluster wakes itself when it comes, goes, or its spec changes (generation): what changed in its status alone we
// wrote ourselves. A child wakes its controller, whatever happened to it. Others wake nobody.
std::optional<kube::ObjectKey> key_of(const kube::ObjectPtr& before, const kube::ObjectPtr& after,
                                      const kube::ResourceType& type);

}  // namespace reconcile
