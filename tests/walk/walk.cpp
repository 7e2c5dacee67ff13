#include "walk/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

namespace walk {
namespace {

// One in which it is there already, and one in which it is not.
constexpr std::size_t bases_of_a_place = 2;

struct Plan {
  std::vector<Stop> stops;
  std::vector<Stop> first_stops;
  std::set<std::string> unreached;
};

const Plan& plan() {
  static const Plan made = [] {
    Plan plan;
    for (const Place& place : places()) {
      const std::size_t before = plan.stops.size();
      for (const Base& base : bases()) {
        if (plan.stops.size() < before + bases_of_a_place && takes(base, place)) plan.stops.push_back({&base, &place});
      }
      if (plan.stops.size() == before) {
        plan.unreached.insert(place.path);
      } else {
        plan.first_stops.push_back(plan.stops[before]);
      }
    }
    return plan;
  }();
  return made;
}

class Report : public testing::Environment {
 public:
  void TearDown() override {
    if (totals().values + totals().steps == 0) return;
    const auto leaves =
        std::count_if(places().begin(), places().end(), [](const Place& place) { return place.is_leaf(); });
    std::cout << leaves << " leaves (" << places().size() << " places), " << totals().values << " values, "
              << totals().steps << " steps, " << totals().checkpoints << " checkpoints, " << unreached().size()
              << " unreached\n";
  }
};
[[maybe_unused]] const auto* const report = testing::AddGlobalTestEnvironment(new Report);

}  // namespace

const std::vector<Stop>& stops() { return plan().stops; }
const std::vector<Stop>& first_stops() { return plan().first_stops; }
const std::set<std::string>& unreached() { return plan().unreached; }

Totals& totals() {
  static Totals all;
  return all;
}

}  // namespace walk
