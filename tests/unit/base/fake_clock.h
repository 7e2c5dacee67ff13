// A clock that stands still until a test moves it, from any thread.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace base {

class FakeClock final : public Clock {
 public:
  Monotonic now() const override { return Monotonic{} + std::chrono::hours(1) + Duration(passed_.load()); }
  std::chrono::system_clock::time_point wall() const override {
    return std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000)) + Duration(passed_.load());
  }
  void advance(Duration by) { passed_ += by.count(); }

 private:
  std::atomic<Duration::rep> passed_{0};
};

}  // namespace base
