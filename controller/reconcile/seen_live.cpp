#include "reconcile/seen_live.h"

namespace reconcile {
namespace {

// A person's next edit is further away than this, and a cache that lags more is found out by the next live read.
constexpr base::Duration fresh = std::chrono::seconds(1);

}  // namespace

void SeenLive::saw(const kube::Object& object) {
  const std::lock_guard lock(mutex_);
  if (object.deleting) {
    seen_.erase(object.key);
  } else {
    seen_.insert_or_assign(object.key, Seen{object.uid, object.generation, clock_.now()});
  }
}

void SeenLive::doubt(const kube::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto found = seen_.find(key); found != seen_.end()) found->second.at.reset();
}

void SeenLive::forget(const kube::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  seen_.erase(key);
}

bool SeenLive::recently(const kube::Object& object) const {
  const std::lock_guard lock(mutex_);
  const Seen* seen = find(object);
  return seen != nullptr && seen->generation == object.generation && seen->at && clock_.now() - *seen->at <= fresh;
}

bool SeenLive::not_behind(const kube::Object& object) const {
  const std::lock_guard lock(mutex_);
  const Seen* seen = find(object);
  return seen != nullptr && seen->generation <= object.generation;
}

const SeenLive::Seen* SeenLive::find(const kube::Object& object) const {
  const auto found = seen_.find(object.key);
  return found != seen_.end() && found->second.uid == object.uid ? &found->second : nullptr;
}

}  // namespace reconcile
