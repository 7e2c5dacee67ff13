// Which HeatClusters are at rest: their last pass wrote nothing, for there was nothing to do and nothing to wait for.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "kube/model/resource_type.h"

namespace reconcile {

// What such a pass had seen. A pass that sees the same finds nothing to do again, and need not compute it: most passes
// are woken by the poll of Secrets, which have not changed.
struct Rest {
  std::uint64_t view = 0;                      // of the stores, as view_of() tells it
  std::map<std::string, std::string> secrets;  // name → resourceVersion; empty: there was none of that name
  std::string until;                           // heat::valid_until() of what it saw
};

// Thread-safe; guarded by mutex_.
class AtRest {
 public:
  void settled(const kube::ObjectKey& key, Rest rest) {
    const std::scoped_lock lock(mutex_);
    rests_.insert_or_assign(key, std::move(rest));
  }
  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    rests_.erase(key);
  }
  std::optional<Rest> find(const kube::ObjectKey& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = rests_.find(key);
    return found == rests_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<kube::ObjectKey, Rest, kube::ObjectKeyHash> rests_;
};

}  // namespace reconcile
