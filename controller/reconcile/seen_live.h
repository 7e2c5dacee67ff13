// Which HeatClusters the API server itself has confirmed, and when.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "kube/model/object.h"

namespace reconcile {

// The answer to each status write shows the HeatCluster as it is: a live read that cost nothing. A pass that follows
// within a second, as it does when a Job or a pod gets ready, need not ask again. Thread-safe; guarded by mutex_.
//
// What was confirmed longer ago still tells how new a view is at least: everything that this process has done was done
// for generations up to the one confirmed last or the one in its view, and while it leads no other process writes.
class SeenLive {
 public:
  explicit SeenLive(const base::Clock& clock) : clock_(clock) {}

  // The API server has just answered with `object`.
  void saw(const kube::Object& object);
  // Something of it has gone: that may be the garbage collector's work, and the HeatCluster gone before it. It has not
  // been confirmed recently any more.
  void doubt(const kube::ObjectKey& key);
  // The HeatCluster itself is gone.
  void forget(const kube::ObjectKey& key);
  // Whether it has answered with this UID and generation, not being deleted, within the last second.
  bool recently(const kube::Object& object) const;
  // Whether it has answered with this UID, of this generation or an older one, at any time in this process's life: the
  // view that shows `object` is no older than that, so nothing was done by us for a generation that it does not show.
  bool not_behind(const kube::Object& object) const;

 private:
  struct Seen {
    std::string uid;
    std::int64_t generation = 0;
    std::optional<base::Monotonic> at;  // none: doubted since
  };

  // Of the object's UID; null: none. Needs mutex_.
  const Seen* find(const kube::Object& object) const;

  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<kube::ObjectKey, Seen> seen_;
};

}  // namespace reconcile
