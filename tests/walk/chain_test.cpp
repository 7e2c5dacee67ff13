// The state that is reached by a way through every field is the one that is declared at once.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "walk/chain.h"

namespace {

constexpr std::size_t places_in_a_chain = 45;
constexpr unsigned chains_at_once = 6;  // each waits for its operator most of the time

std::vector<std::vector<walk::Stop>> chains() {
  std::vector<std::vector<walk::Stop>> all;
  for (const walk::Base& base : walk::bases()) {
    std::vector<walk::Stop> of_base;
    for (const walk::Stop& stop : walk::first_stops()) {
      const bool walked = stop.base == &base && stop.place->is_leaf() && !walk::is_fixed(stop.place->path);
      if (walked) of_base.push_back(stop);
    }
    for (std::size_t at = 0; at < of_base.size(); at += places_in_a_chain) {
      const auto begin = of_base.begin() + static_cast<std::ptrdiff_t>(at);
      all.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(std::min(places_in_a_chain, of_base.size() - at)));
    }
  }
  return all;
}

TEST(Walk, AnyWayLeadsToTheStateThatIsDeclaredFresh) {
  ASSERT_TRUE(std::filesystem::exists(property::operator_binary())) << "build the target heat-operator";
  const auto all = chains();
  std::vector<walk::ChainResult> results(all.size());
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < chains_at_once; ++i) {
      threads.emplace_back([&] {
        for (std::size_t at = next++; at < all.size(); at = next++) results[at] = walk::walk_chain(all[at]);
      });
    }
  }
  for (const walk::ChainResult& result : results) {
    walk::totals().steps += result.steps;
    walk::totals().checkpoints += result.checkpoints;
    for (const std::string& problem : result.problems) ADD_FAILURE() << problem;
  }
  EXPECT_GT(walk::totals().steps, 1000U);
}

}  // namespace
