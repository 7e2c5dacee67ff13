// Which kinds the operator watches and what it remembers of each object.
#pragma once

#include <vector>

#include "kube/model/object.h"

namespace heat {

struct WatchedKind {
  const kube::ResourceType* type;
  bool child;  // watched by label and mapped to its owner; else the HeatCluster itself
  kube::Projection projection;
};

const std::vector<WatchedKind>& watched_kinds();
// What is remembered of a kind; of one that is not watched: nothing but what Object always holds.
const kube::Projection& projection_of(const kube::ResourceType& type);

}  // namespace heat
