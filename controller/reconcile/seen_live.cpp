#include "reconcile/seen_live.h"

namespace reconcile {
namespace {

// A person's next edit is further away than this, and a cache that lags more is found out by the next live read.
constexpr base::Duration fresh = std::chrono::seconds(1);

}  // namespace

void SeenLive::saw(const kube::Object& object) {
  const base::Monotonic now = clock_.now();
  const std::lock_guard lock(mutex_);
  if (now - swept_ > fresh) {
    std::erase_if(seen_, [&](const auto& entry) { return now - entry.second.at > fresh; });
    swept_ = now;
  }
  if (object.deleting) {
    seen_.erase(object.key);
  } else {
    seen_.insert_or_assign(object.key, Seen{object.uid, object.generation, now});
  }
}

void SeenLive::forget(const kube::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  seen_.erase(key);
}

bool SeenLive::recently(const kube::Object& object) const {
  const std::lock_guard lock(mutex_);
  const auto found = seen_.find(object.key);
  return found != seen_.end() && found->second.uid == object.uid && found->second.generation == object.generation &&
         clock_.now() - found->second.at <= fresh;
}

}  // namespace reconcile
