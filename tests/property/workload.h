// What people do to a HeatCluster, as data: steps, each with the state that it must lead to.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "property/world.h"

namespace property {

struct Step {
  std::string name;
  std::function<void(World&)> act;
  std::function<bool(World&)> done;
};

struct Workload {
  std::string name;          // letters only: it is part of a test's name
  std::vector<Step> before;  // without faults: brings the world to where the workload begins
  std::vector<Step> steps;   // what faults are thrown into
};

const std::vector<Workload>& workloads();

}  // namespace property
