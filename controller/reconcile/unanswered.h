// Whose last write of the status got no answer. It may have been done, and no event tells: changes of the status alone
// wake nobody.
#pragma once

#include <mutex>
#include <unordered_set>

#include "kube/model/resource_type.h"

namespace reconcile {

// Thread-safe; guarded by mutex_.
class Unanswered {
 public:
  void add(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    keys_.insert(key);
  }
  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    keys_.erase(key);
  }
  bool contains(const kube::ObjectKey& key) const {
    const std::scoped_lock lock(mutex_);
    return keys_.contains(key);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<kube::ObjectKey, kube::ObjectKeyHash> keys_;
};

}  // namespace reconcile
