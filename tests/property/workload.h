// What people do to a HeatCluster, as data: steps, each with the state that it must lead to.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "property/plan.h"
#include "property/world.h"

namespace property {

struct Step {
  std::string name;
  std::function<void(World&)> act;
  std::function<bool(World&)> done;  // asked again when the run is over and silent
  // The next step comes while the operator is still at this one: how much of it is done by then is a matter of the
  // moment, and so is what was created and deleted in all.
  bool cut_short = false;
};

// Which faults are thrown at each write. Where a workload writes much, each write gets a few: others get the rest.
using Faults = std::set<Plan::Fault>;
inline const Faults lost_and_stale = {Plan::Fault::kill, Plan::Fault::lose_answer, Plan::Fault::hang_up,
                                      Plan::Fault::refuse, Plan::Fault::stale};

struct Workload {
  std::string name;          // letters only: it is part of a test's name
  std::vector<Step> before;  // without faults: brings the world to where the workload begins
  std::vector<Step> steps;   // what faults are thrown into
  World::Kind kind = World::Kind::external;
  Faults faults = lost_and_stale;
  bool restores = false;  // what was there before the steps must be there after them
  // How often Secrets are read again, which also wakes whatever sleeps: as rarely as can be, so that a lost wake-up
  // shows.
  std::string secret_poll = "10m";
};

const std::vector<Workload>& workloads();

// Whether two runs of it create and delete the same objects as often.
bool counts_are_the_same(const Workload& workload);

}  // namespace property
