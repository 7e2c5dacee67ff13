// How often the way to Ready is told: each telling is a write that costs the API server as much as three children.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>
#include <unordered_map>

#include "base/clock.h"
#include "kube/model/resource_type.h"

namespace reconcile {

// When each HeatCluster's status was written last. Thread-safe; guarded by mutex_.
class StatusPace {
 public:
  // Between two tellings of progress: what a person who looks on takes for at once; and where other HeatClusters wait,
  // whose children come first.
  static constexpr base::Duration at_leisure = std::chrono::seconds(1);
  static constexpr base::Duration under_load = std::chrono::seconds(5);

  explicit StatusPace(const base::Clock& clock) : clock_(clock) {}

  // How long a status that tells of nothing but progress has to wait still; 0: no longer.
  base::Duration wait(const kube::ObjectKey& key, bool others_wait) const {
    const std::scoped_lock lock(mutex_);
    const auto found = written_.find(key);
    if (found == written_.end()) return {};
    const base::Monotonic due = found->second + (others_wait ? under_load : at_leisure);
    return std::max(base::Duration{0}, std::chrono::duration_cast<base::Duration>(due - clock_.now()));
  }
  void wrote(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    written_.insert_or_assign(key, clock_.now());
  }
  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    written_.erase(key);
  }

 private:
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<kube::ObjectKey, base::Monotonic, kube::ObjectKeyHash> written_;
};

}  // namespace reconcile
