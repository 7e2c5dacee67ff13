#include "kube/store.h"

#include <algorithm>
#include <tuple>

#include "kube/model/resource_version.h"

namespace kube {
namespace {

bool tells_nothing_new(const Object& before, const Object& after) {
  const auto content = [](const Object& object) {
    return std::tie(object.uid, object.generation, object.deleting, object.applied_hash, object.owner_uid,
                    object.fields);
  };
  return content(before) == content(after);
}

// What malloc hands out for a text; short ones live in the string itself.
std::size_t text_bytes(const std::string& text) {
  constexpr std::size_t inline_capacity = 15;
  constexpr std::size_t malloc_overhead = 16;
  return text.capacity() <= inline_capacity ? 0 : text.capacity() + 1 + malloc_overhead;
}

std::size_t footprint(const Object& object) {
  constexpr std::size_t shared_counts_and_malloc = 32;
  constexpr std::size_t hash_node_and_bucket = 56;
  constexpr std::size_t owner_index_entry = 16;
  std::size_t bytes = sizeof(Object) + shared_counts_and_malloc + hash_node_and_bucket;
  for (const std::string* text : {&object.key.namespace_name, &object.key.name, &object.uid, &object.resource_version,
                                  &object.owner_uid, &object.owner_kind, &object.owner_name, &object.fields}) {
    bytes += text_bytes(*text);
  }
  return object.owner_uid.empty() ? bytes : bytes + owner_index_entry;
}

}  // namespace

void Store::on_change(Listener listener) { listener_ = std::move(listener); }

ObjectPtr Store::find(const ObjectKey& key) const {
  const std::shared_lock lock(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->object;
}

std::vector<ObjectPtr> Store::owned_by(const std::string& owner_uid) const {
  std::vector<ObjectPtr> owned;
  {
    const std::shared_lock lock(mutex_);
    const auto found = by_owner_.find(owner_uid);
    if (found != by_owner_.end()) owned = found->second;
  }
  std::sort(owned.begin(), owned.end(), [](const ObjectPtr& a, const ObjectPtr& b) { return a->key < b->key; });
  return owned;
}

std::vector<ObjectKey> Store::keys() const {
  const std::shared_lock lock(mutex_);
  std::vector<ObjectKey> keys;
  keys.reserve(objects_.size());
  for (const Entry& entry : objects_) keys.push_back(entry.object->key);
  return keys;
}

std::vector<ObjectPtr> Store::all() const {
  const std::shared_lock lock(mutex_);
  std::vector<ObjectPtr> objects;
  objects.reserve(objects_.size());
  for (const Entry& entry : objects_) objects.push_back(entry.object);
  return objects;
}

std::size_t Store::size() const {
  const std::shared_lock lock(mutex_);
  return objects_.size();
}

std::size_t Store::bytes() const {
  constexpr std::size_t per_owner = 160;      // a map node, a UID of 36 characters, a vector's block
  constexpr std::size_t per_tombstone = 224;  // the same with a version, and the UID once more in burials_
  const std::shared_lock lock(mutex_);
  return object_bytes_ + by_owner_.size() * per_owner + tombstones_.size() * per_tombstone;
}

void Store::upsert(const ObjectPtr& object) {
  Changes changes;
  {
    const std::unique_lock lock(mutex_);
    if (bars_event(*object)) return;
    const auto held = objects_.find(object->key);
    if (held != objects_.end() && !counts(*held, *object)) return;
    put(object, false, changes);
  }
  tell(changes);
}

void Store::erase(const ObjectPtr& last_known) {
  Changes changes;
  {
    const std::unique_lock lock(mutex_);
    bury(last_known->uid, {false, last_known->resource_version, 0});
    const auto held = objects_.find(last_known->key);
    if (held == objects_.end() || held->object->uid != last_known->uid || !counts(*held, *last_known)) return;
    take_out(held, changes);
  }
  tell(changes);
}

void Store::replace(const std::vector<ObjectPtr>& objects, const std::string& list_version,
                    const std::string& namespace_name) {
  Changes changes;
  {
    const std::unique_lock lock(mutex_);
    std::unordered_set<ObjectKey, ObjectKeyHash> listed;
    std::unordered_set<std::string> uids;
    if (!objects_.empty()) listed.reserve(objects.size());
    for (const ObjectPtr& object : objects) {
      if (!objects_.empty()) listed.insert(object->key);
      if (!tombstones_.empty()) uids.insert(object->uid);
    }
    for (auto entry = objects_.begin(); entry != objects_.end();) {
      const auto current = entry++;
      const Object& held = *current->object;
      if (!namespace_name.empty() && held.key.namespace_name != namespace_name) continue;
      if (listed.contains(held.key)) continue;
      if (current->own_write && newer_resource_version(held.resource_version, list_version)) continue;
      take_out(current, changes);
    }
    for (const ObjectPtr& object : objects) {
      if (bars_event(*object)) continue;
      const auto held = objects_.find(object->key);
      if (held == objects_.end() || counts(*held, *object)) put(object, false, changes);
    }
    // A list of the object's time without its UID is newer than our delete: what the tombstone waited for has been
    // seen.
    if (namespace_name.empty()) {
      std::erase_if(tombstones_, [&](const auto& each) {
        const Tombstone& tombstone = each.second;
        return tombstone.ours && !uids.contains(each.first) && !newer_resource_version(tombstone.version, list_version);
      });
    }
  }
  tell(changes);
}

void Store::wrote(const ObjectPtr& object, bool created) {
  Changes changes;
  {
    const std::unique_lock lock(mutex_);
    if (bars_write(*object)) return;
    const auto held = objects_.find(object->key);
    if (held != objects_.end()) {
      const std::string& version = held->object->resource_version;
      // The watch was faster: it has this very version, or a later one.
      if (version == object->resource_version || newer_resource_version(version, object->resource_version)) return;
    }
    tombstones_.erase(object->uid);
    put(object, true, changes);
    if (created) changes.clear();  // whoever made it knows; what happens to it from now on is told
  }
  tell(changes);
}

void Store::removed(const ObjectKey& key, const std::string& uid) {
  Changes changes;
  {
    const std::unique_lock lock(mutex_);
    const auto held = objects_.find(key);
    const bool have = held != objects_.end() && held->object->uid == uid;
    if (!have && tombstones_.contains(uid)) return;  // the watch was faster
    bury(uid, {true, have ? held->object->resource_version : std::string(), 0});
    if (have) take_out(held, changes);
  }
  tell(changes);
}

// Whether what the watch or a list says may replace what is held under its name.
bool Store::counts(const Entry& held, const Object& from_watch) const {
  return !held.own_write || !newer_resource_version(held.object->resource_version, from_watch.resource_version);
}

bool Store::bars_event(const Object& object) const {
  const auto found = tombstones_.find(object.uid);
  if (found == tombstones_.end()) return false;
  // An object that only lost the label of our selector, and got it back, is newer than its "delete".
  return found->second.ours || newer_resource_version(found->second.version, object.resource_version);
}

bool Store::bars_write(const Object& object) const {
  const auto found = tombstones_.find(object.uid);
  if (found == tombstones_.end() || found->second.version.empty()) return false;
  // A write that was answered after our delete: something (a finalizer) keeps the object. Any other is late.
  return !newer_resource_version(object.resource_version, found->second.version);
}

void Store::put(const ObjectPtr& object, bool own_write, Changes& changes) {
  const auto held = objects_.find(object->key);
  if (held != objects_.end()) {
    const ObjectPtr before = held->object;
    if (before->uid == object->uid && tells_nothing_new(*before, *object)) {
      if (before->resource_version == object->resource_version) {
        held->own_write = own_write;
        return;
      }
    } else if (before->uid == object->uid) {
      changes.emplace_back(before, object);
    } else {
      changes.emplace_back(before, nullptr);
      changes.emplace_back(nullptr, object);
    }
    unindex(before);
    objects_.erase(held);
  } else {
    changes.emplace_back(nullptr, object);
  }
  objects_.insert(Entry{object, own_write});
  object_bytes_ += footprint(*object);
  if (!object->owner_uid.empty()) by_owner_[object->owner_uid].push_back(object);
}

void Store::take_out(Entries::iterator entry, Changes& changes) {
  const ObjectPtr object = entry->object;
  changes.emplace_back(object, nullptr);
  unindex(object);
  objects_.erase(entry);
}

// Forgets what put() counted and indexed.
void Store::unindex(const ObjectPtr& object) {
  object_bytes_ -= footprint(*object);
  const auto owned = by_owner_.find(object->owner_uid);
  if (owned == by_owner_.end()) return;
  std::erase(owned->second, object);
  if (owned->second.empty()) by_owner_.erase(owned);
}

void Store::bury(const std::string& uid, Tombstone tombstone) {
  if (uid.empty()) return;
  tombstone.number = ++last_burial_;
  tombstones_[uid] = std::move(tombstone);
  burials_.emplace_back(last_burial_, uid);
  while (burials_.size() > most_tombstones) {
    const auto& [number, oldest] = burials_.front();
    const auto found = tombstones_.find(oldest);
    if (found != tombstones_.end() && found->second.number == number) tombstones_.erase(found);
    burials_.pop_front();
  }
}

void Store::tell(const Changes& changes) const {
  if (!listener_) return;
  for (const auto& [before, after] : changes) listener_(before, after);
}

}  // namespace kube
