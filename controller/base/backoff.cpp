#include "base/backoff.h"

#include <algorithm>

namespace base {

Backoff::Backoff(const Clock& clock, Settings settings, std::uint64_t seed)
    : clock_(clock), settings_(settings), random_(seed), delay_(settings.first) {}

Duration Backoff::next() {
  const Monotonic now = clock_.now();
  if (last_failure_ != Monotonic{} && now - last_failure_ > settings_.reset_after) delay_ = settings_.first;
  last_failure_ = now;
  const Duration base = delay_;
  const auto grown = static_cast<double>(delay_.count()) * settings_.factor;
  delay_ = std::min(settings_.cap, Duration(static_cast<Duration::rep>(grown)));
  std::uniform_real_distribution<double> spread(0.0, settings_.jitter);
  return base + Duration(static_cast<Duration::rep>(static_cast<double>(base.count()) * spread(random_)));
}

void Backoff::reset() {
  delay_ = settings_.first;
  last_failure_ = {};
}

}  // namespace base
