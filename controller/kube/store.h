// The objects of one kind as last seen, fed by a Watcher and by the answers to our own writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "kube/model/object.h"

namespace kube {

// Thread-safe; state is guarded by mutex_. Listeners are called without it, on the thread that made the change, in the
// order in which that thread made its changes.
//
// Reads see our own writes at once: the answer to an apply is put in with wrote(), the answer to a delete with
// removed(), and what the watch delivers later counts only where it is newer (resourceVersions are comparable by
// contract since Kubernetes 1.35, and were so before in fact). So nothing is decided on a cache that has not seen what
// we did.
class Store {
 public:
  // before or after is null where the object came or went. Not called where an event tells nothing new: nothing but the
  // resourceVersion, or what the Projection leaves out, is different.
  using Listener = std::function<void(const ObjectPtr& before, const ObjectPtr& after)>;

  // Set before the first watcher starts.
  void on_change(Listener listener);

  ObjectPtr find(const ObjectKey& key) const;
  // Objects whose controller has that UID, by namespace and name.
  std::vector<ObjectPtr> owned_by(const std::string& owner_uid) const;
  std::vector<ObjectKey> keys() const;
  // Everything, in no order: for the replay of a resync.
  std::vector<ObjectPtr> all() const;
  std::size_t size() const;
  // Estimated bytes held, for the benchmark and the metric.
  std::size_t bytes() const;

  // From the watch. An older version than what wrote() has put in is ignored; among themselves, events count in the
  // order in which they come (so that a restored etcd, whose versions start lower, is believed).
  void upsert(const ObjectPtr& object);
  void erase(const ObjectPtr& last_known);
  // A whole list: replaces the content in one step. What is missing from it is reported as gone, except for what
  // wrote() put in with a version newer than the list's; a same name with another UID is reported as gone and come.
  // `namespace_name` limits the replacement to one namespace (empty: everything).
  void replace(const std::vector<ObjectPtr>& objects, const std::string& list_version,
               const std::string& namespace_name);

  // From our own writes. An object that the write has `created` is not told: its maker knows. One that was there, and
  // differs from what was held or was not held at all, is: a change of somebody else's may be in it, which the watch
  // will not tell any more.
  void wrote(const ObjectPtr& object, bool created = false);
  // The object with that UID was deleted by us: later events of the same UID do not bring it back.
  void removed(const ObjectKey& key, const std::string& uid);

 private:
  struct Entry {
    ObjectPtr object;
    // Put in by wrote(), and the watch has not come to that version yet.
    mutable bool own_write = false;
  };
  // The key is inside the object: an entry holds no copy of it, and lookups go by ObjectKey.
  struct EntryHash {
    using is_transparent = void;
    std::size_t operator()(const Entry& entry) const { return ObjectKeyHash{}(entry.object->key); }
    std::size_t operator()(const ObjectKey& key) const { return ObjectKeyHash{}(key); }
  };
  struct EntryEqual {
    using is_transparent = void;
    bool operator()(const Entry& a, const Entry& b) const { return a.object->key == b.object->key; }
    bool operator()(const Entry& a, const ObjectKey& b) const { return a.object->key == b; }
    bool operator()(const ObjectKey& a, const Entry& b) const { return a == b.object->key; }
  };
  using Entries = std::unordered_set<Entry, EntryHash, EntryEqual>;
  using Change = std::pair<ObjectPtr, ObjectPtr>;
  using Changes = std::vector<Change>;

  // What is known of a UID that has gone.
  struct Tombstone {
    // Ours: a delete was answered, and the watch has not said so yet; nothing from the watch brings the UID back.
    // Else the watch has said it, at `version`; nothing of that version or older brings it back.
    bool ours = false;
    std::string version;  // of `ours`: the last one that was held; empty: none was
    std::uint64_t number = 0;
  };
  // Entries beyond this fall out, oldest first. A delete of ours waits here for the watch, some 100 ms.
  static constexpr std::size_t most_tombstones = 2048;

  // All of these need mutex_ held for writing.
  void put(const ObjectPtr& object, bool own_write, Changes& changes);
  void take_out(Entries::iterator entry, Changes& changes);
  bool bars_event(const Object& object) const;
  bool bars_write(const Object& object) const;
  bool counts(const Entry& held, const Object& from_watch) const;
  void bury(const std::string& uid, Tombstone tombstone);
  void unindex(const ObjectPtr& object);
  void tell(const Changes& changes) const;  // without mutex_

  Listener listener_;  // constant after on_change()
  mutable std::shared_mutex mutex_;
  Entries objects_;
  std::unordered_map<std::string, std::vector<ObjectPtr>> by_owner_;
  std::unordered_map<std::string, Tombstone> tombstones_;      // by UID
  std::deque<std::pair<std::uint64_t, std::string>> burials_;  // number and UID of tombstones_, oldest first
  std::uint64_t last_burial_ = 0;
  std::size_t object_bytes_ = 0;
};

}  // namespace kube
