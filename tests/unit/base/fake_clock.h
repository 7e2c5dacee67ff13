// A clock that moves when a test says so.
#pragma once

#include "base/clock.h"

namespace base {

class FakeClock final : public Clock {
 public:
  Monotonic now() const override { return now_; }
  std::chrono::system_clock::time_point wall() const override { return wall_; }
  void advance(Duration by) {
    now_ += by;
    wall_ += by;
  }

 private:
  Monotonic now_ = Monotonic{} + std::chrono::hours(1);
  std::chrono::system_clock::time_point wall_{std::chrono::seconds(1'800'000'000)};
};

}  // namespace base
