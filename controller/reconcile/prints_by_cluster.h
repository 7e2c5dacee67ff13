// What desired() has rendered of each HeatCluster, remembered from pass to pass.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "heat/desired/prints.h"
#include "kube/model/resource_type.h"

namespace reconcile {

// Thread-safe. The prints themselves are for the pass that has the key in hand: there is one at a time.
class PrintsByCluster {
 public:
  std::shared_ptr<heat::Prints> of(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    auto& prints = prints_[key];
    if (!prints) prints = std::make_shared<heat::Prints>();
    return prints;
  }
  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    prints_.erase(key);
  }

 private:
  std::mutex mutex_;
  std::unordered_map<kube::ObjectKey, std::shared_ptr<heat::Prints>, kube::ObjectKeyHash> prints_;  // guarded by mutex_
};

}  // namespace reconcile
