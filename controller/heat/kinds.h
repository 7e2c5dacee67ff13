// Which kinds the operator watches and what it remembers of each object.
#pragma once

#include <string_view>
#include <vector>

#include "kube/model/object.h"

namespace heat {

struct WatchedKind {
  enum class Role {
    cluster,  // the HeatCluster itself
    child,    // applied by us, watched by our label, mapped to its owner, pruned
    claim,    // a broker's volume claim: its StatefulSet makes it, we only let it grow
  };
  const kube::ResourceType* type;
  Role role;
  kube::Projection projection;

  bool child() const { return role == Role::child; }
  // What its watch is limited to; empty: nothing.
  std::string_view selector() const;
};

const std::vector<WatchedKind>& watched_kinds();
// What is remembered of a kind; of one that is not watched: nothing but what Object always holds.
const kube::Projection& projection_of(const kube::ResourceType& type);

}  // namespace heat
