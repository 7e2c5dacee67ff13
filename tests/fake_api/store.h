// What etcd and the watch cache are to a real API server: objects, their history, and views of it that may lag.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "fake_api/resource.h"
#include "json/json.h"

namespace fake_api {

using Version = std::int64_t;  // a resourceVersion: one counter for all kinds, as etcd's revision is
using ObjectPtr = std::shared_ptr<const json::Value>;

struct Change {
  enum class Type { added, modified, deleted };
  Version version = 0;
  Type type = Type::added;
  Key key;
  ObjectPtr object;  // as it is after the change; for deleted: as it was, with the version of the deletion
  ObjectPtr before;  // null for added
};

// Thread-safe; state is guarded by mutex_. Objects are immutable: a change puts a new one in place.
// The whole history is kept, so any past state can be shown; compact() only makes the server refuse to start from
// there.
class Store {
 public:
  explicit Store(Version first = 1'204'113);

  Version version() const;
  ObjectPtr find(const Key& key) const;
  // Objects of a kind as of a version, by namespace and name. Empty namespace: all.
  std::vector<ObjectPtr> list(const std::string& plural, const std::string& namespace_name, Version at) const;
  std::vector<ObjectPtr> list(const std::string& plural, const std::string& namespace_name = "") const;

  // Puts the object under its key with the next version, which is written into its metadata; returns what is stored.
  ObjectPtr put(const Key& key, json::Value object);
  // Removes it with a version of its own; nothing happens where there is none.
  void erase(const Key& key);

  // Makes resourceVersions before `upto` too old to continue a list or to start a watch.
  void compact(Version upto);
  Version compacted() const;

  // Lists and watches show kinds as they are now, until thaw(): an API server that lags. An empty set: every kind.
  void freeze(std::set<std::string> plurals = {});
  // Shows them as they were at a version in the past.
  void freeze_at(Version at, std::set<std::string> plurals = {});
  // Shows the present again. With `coalesce`, watches are told only the last state of each object that changed in the
  // meantime, as if the states in between had never been observed.
  void thaw(bool coalesce);
  // The newest version that lists and watches of that kind may show.
  Version visible_version(const std::string& plural) const;
  // What a watch of that kind that has come to `after` may be told now, oldest first.
  std::vector<Change> visible_changes(const std::string& plural, Version after) const;

  // All changes after a version, whatever is frozen.
  std::vector<Change> changes(Version after) const;

  // Counts every put, erase, freeze and thaw. wait() returns when it is beyond `seen`, at `until` or on a stop.
  std::uint64_t tick() const;
  void wait(std::uint64_t seen, std::chrono::steady_clock::time_point until, std::stop_token stop) const;

 private:
  struct Gap {  // states in (from, to] of those kinds that no watch is told
    Version from = 0;
    Version to = 0;
    std::set<std::string> plurals;
    bool covers(const std::string& plural) const { return plurals.empty() || plurals.contains(plural); }
  };

  std::vector<ObjectPtr> current(const std::string& plural, const std::string& namespace_name) const;
  Version visible_version_locked(const std::string& plural) const;
  std::size_t first_after(Version version) const;
  ObjectPtr state_at(const Key& key, Version version) const;
  void record(Change change);

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  Version version_;
  Version compacted_ = 0;
  std::uint64_t tick_ = 0;
  std::map<Key, ObjectPtr> objects_;
  std::vector<Change> history_;
  std::optional<Gap> frozen_;  // to is not meaningful here
  std::vector<Gap> gaps_;
};

}  // namespace fake_api
