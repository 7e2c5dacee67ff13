// A clock that stands still until a test moves it.
#pragma once

#include <atomic>

#include "base/clock.h"

class ManualClock final : public base::Clock {
 public:
  base::Monotonic now() const override { return base::Monotonic(base::Duration(milliseconds_.load())); }
  std::chrono::system_clock::time_point wall() const override { return {}; }
  void advance(base::Duration by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{3'600'000};
};
