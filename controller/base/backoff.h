// Exponential backoff with jitter, as client-go's reflector and kube-rs have it.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

#include "base/clock.h"

namespace base {

// Not thread-safe: one instance belongs to one loop.
class Backoff {
 public:
  struct Settings {
    Duration first = std::chrono::milliseconds(800);
    Duration cap = std::chrono::seconds(30);
    double factor = 2.0;
    double jitter = 1.0;  // a delay d becomes d … d·(1 + jitter), so the cap is really 30–60 s
    Duration reset_after = std::chrono::minutes(2);  // that long without a failure starts from `first` again
  };

  Backoff(const Clock& clock, Settings settings, std::uint64_t seed);

  // How long to wait after the failure that was met now.
  Duration next();
  // What was tried has worked.
  void reset();

 private:
  const Clock& clock_;
  const Settings settings_;
  std::mt19937_64 random_;
  Duration delay_;
  Monotonic last_failure_{};
};

}  // namespace base
