// Which HeatClusters the API server itself has confirmed a moment ago.
#pragma once

#include <map>
#include <mutex>

#include "base/clock.h"
#include "kube/model/object.h"

namespace reconcile {

// The answer to each status write shows the HeatCluster as it is: a live read that cost nothing. A pass that follows
// within a second, as it does when a Job or a pod gets ready, need not ask again. Thread-safe; guarded by mutex_.
class SeenLive {
 public:
  explicit SeenLive(const base::Clock& clock) : clock_(clock) {}

  // The API server has just answered with `object`.
  void saw(const kube::Object& object);
  // Something of it has gone: that may be the garbage collector's work, and the HeatCluster gone before it.
  void forget(const kube::ObjectKey& key);
  // Whether it has answered with this UID and generation, not being deleted, within the last second.
  bool recently(const kube::Object& object) const;

 private:
  struct Seen {
    std::string uid;
    std::int64_t generation = 0;
    base::Monotonic at;
  };

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Seen> seen_;  // old ones are dropped as new ones come
  base::Monotonic swept_{};
};

}  // namespace reconcile
