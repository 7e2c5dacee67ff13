// Waiting for the world to get somewhere: the only place of this level that sleeps.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace integration {

using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

using Duration = std::chrono::milliseconds;
using Monotonic = std::chrono::steady_clock::time_point;

// How often a condition is tried.
inline constexpr Duration poll_interval{100};
// What a converging cluster may take on a machine that does many other things; where all is well it takes a second or
// two.
inline constexpr Duration patience{60'000};

// Tries `condition` until it holds or `within` has passed. It returns a bool or, better, an AssertionResult that says
// what is missing: the last one is the answer, so that a failed test tells how far the world got.
template <typename Condition>
AssertionResult wait_until(Condition condition, Duration within = patience) {
  const Monotonic began = std::chrono::steady_clock::now();
  for (;;) {
    AssertionResult result(condition());
    const auto waited = std::chrono::steady_clock::now() - began;
    if (result) return result;
    if (waited >= within) return result << " (waited " << within.count() / 1000 << " s)";
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace integration
