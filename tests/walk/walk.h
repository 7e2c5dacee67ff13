// One place in one base, and what all tests together have come to.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "walk/bases.h"

namespace walk {

struct Stop {
  const Base* base;
  const Place* place;

  std::string name() const { return base->name + ": " + place->path; }
};

// Every place from the first two bases that take it. Computed once.
const std::vector<Stop>& stops();
// Every place once, from the first base that takes it.
const std::vector<Stop>& first_stops();
// Paths that no base takes.
const std::set<std::string>& unreached();

// Printed at the end. Not thread-safe.
struct Totals {
  std::size_t values = 0;
  std::size_t steps = 0;
  std::size_t checkpoints = 0;
};
Totals& totals();

}  // namespace walk
