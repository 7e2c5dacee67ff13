// Time as a dependency, so that waiting is tested without waiting.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace base {

using Duration = std::chrono::milliseconds;
using Monotonic = std::chrono::steady_clock::time_point;

// Thread-safe: implementations are called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  // Never jumps: for intervals, backoff and leases.
  virtual Monotonic now() const = 0;
  // What the machine believes the date to be: for timestamps that people read.
  virtual std::chrono::system_clock::time_point wall() const = 0;
};

class SystemClock final : public Clock {
 public:
  Monotonic now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::now(); }
};

// How long to wait between two turns of `count` things that each want one in `interval`, so that all of them together
// get no more than `per_second`.
Duration stretched(Duration interval, std::size_t count, std::size_t per_second);

// metav1.Time: "2026-01-31T12:00:00Z", UTC, whole seconds.
std::string rfc3339(std::chrono::system_clock::time_point at);
// metav1.MicroTime: "2026-01-31T12:00:00.000000Z", what Events and Leases want.
std::string rfc3339_micro(std::chrono::system_clock::time_point at);
// Reads what rfc3339() writes, and fractions of a second (cut to microseconds); the epoch where the text is no such
// time.
std::chrono::system_clock::time_point parse_rfc3339(const std::string& text);

}  // namespace base
