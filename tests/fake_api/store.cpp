#include "fake_api/store.h"

#include <algorithm>

namespace fake_api {
namespace {

bool in_kind(const Key& key, const std::string& plural, const std::string& namespace_name) {
  return key.plural == plural && (namespace_name.empty() || key.namespace_name == namespace_name);
}

}  // namespace

Store::Store(Version first) : version_(first) {}

Version Store::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

ObjectPtr Store::find(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

std::vector<ObjectPtr> Store::list(const std::string& plural, const std::string& namespace_name) const {
  const std::lock_guard lock(mutex_);
  return current(plural, namespace_name);
}

std::vector<ObjectPtr> Store::current(const std::string& plural, const std::string& namespace_name) const {
  std::vector<ObjectPtr> found;
  for (auto at = objects_.lower_bound({plural, namespace_name, ""}); at != objects_.end(); ++at) {
    if (!in_kind(at->first, plural, namespace_name)) break;
    found.push_back(at->second);
  }
  return found;
}

std::vector<ObjectPtr> Store::list(const std::string& plural, const std::string& namespace_name, Version at) const {
  const std::lock_guard lock(mutex_);
  if (at >= version_) return current(plural, namespace_name);
  std::map<Key, ObjectPtr> state;
  for (const Change& change : history_) {
    if (change.version > at) break;
    if (!in_kind(change.key, plural, namespace_name)) continue;
    if (change.type == Change::Type::deleted) {
      state.erase(change.key);
    } else {
      state[change.key] = change.object;
    }
  }
  std::vector<ObjectPtr> found;
  for (const auto& [key, object] : state) found.push_back(object);
  return found;
}

void Store::record(Change change) {
  history_.push_back(std::move(change));
  ++tick_;
  changed_.notify_all();
}

ObjectPtr Store::put(const Key& key, json::Value object) {
  const std::lock_guard lock(mutex_);
  ++version_;
  object["metadata"]["resourceVersion"] = std::to_string(version_);
  const auto stored = std::make_shared<const json::Value>(std::move(object));
  ObjectPtr& place = objects_[key];
  const auto type = place == nullptr ? Change::Type::added : Change::Type::modified;
  Change change{version_, type, key, stored, place};
  place = stored;
  record(std::move(change));
  return stored;
}

void Store::erase(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return;
  ++version_;
  json::Value last = *found->second;
  last["metadata"]["resourceVersion"] = std::to_string(version_);
  Change change{version_, Change::Type::deleted, key, std::make_shared<const json::Value>(std::move(last)),
                found->second};
  objects_.erase(found);
  record(std::move(change));
}

void Store::compact(Version upto) {
  const std::lock_guard lock(mutex_);
  compacted_ = std::max(compacted_, upto);
}

Version Store::compacted() const {
  const std::lock_guard lock(mutex_);
  return compacted_;
}

void Store::freeze(std::set<std::string> plurals) { freeze_at(version(), std::move(plurals)); }

void Store::freeze_at(Version at, std::set<std::string> plurals) {
  const std::lock_guard lock(mutex_);
  frozen_ = Gap{at, at, std::move(plurals)};
  ++tick_;
  changed_.notify_all();
}

void Store::thaw(bool coalesce) {
  const std::lock_guard lock(mutex_);
  if (!frozen_) return;
  if (coalesce) gaps_.push_back({frozen_->from, version_, frozen_->plurals});
  frozen_.reset();
  ++tick_;
  changed_.notify_all();
}

Version Store::visible_version(const std::string& plural) const {
  const std::lock_guard lock(mutex_);
  return visible_version_locked(plural);
}

Version Store::visible_version_locked(const std::string& plural) const {
  return frozen_ && frozen_->covers(plural) ? frozen_->from : version_;
}

std::size_t Store::first_after(Version version) const {
  const auto found = std::ranges::upper_bound(history_, version, {}, &Change::version);
  return static_cast<std::size_t>(found - history_.begin());
}

ObjectPtr Store::state_at(const Key& key, Version version) const {
  for (std::size_t at = first_after(version); at > 0; --at) {
    const Change& change = history_[at - 1];
    if (change.key == key) return change.type == Change::Type::deleted ? nullptr : change.object;
  }
  return nullptr;
}

std::vector<Change> Store::visible_changes(const std::string& plural, Version after) const {
  const std::lock_guard lock(mutex_);
  const Version upto = visible_version_locked(plural);
  std::vector<Change> shown;
  for (std::size_t at = first_after(after); at < history_.size() && history_[at].version <= upto; ++at) {
    if (history_[at].key.plural != plural) continue;
    Change change = history_[at];
    const auto gap = std::ranges::find_if(gaps_, [&](const Gap& candidate) {
      return candidate.covers(plural) && change.version > candidate.from && change.version <= candidate.to;
    });
    if (gap == gaps_.end()) {
      shown.push_back(std::move(change));
      continue;
    }
    const bool superseded =
        std::any_of(history_.begin() + static_cast<std::ptrdiff_t>(at) + 1, history_.end(),
                    [&](const Change& later) { return later.version <= gap->to && later.key == change.key; });
    if (superseded) continue;
    change.before = state_at(change.key, std::max(gap->from, after));
    const bool known = change.before != nullptr;
    const bool gone = change.type == Change::Type::deleted;
    if (gone && !known) continue;
    if (!gone) change.type = known ? Change::Type::modified : Change::Type::added;
    shown.push_back(std::move(change));
  }
  return shown;
}

std::vector<Change> Store::changes(Version after) const {
  const std::lock_guard lock(mutex_);
  return {history_.begin() + static_cast<std::ptrdiff_t>(first_after(after)), history_.end()};
}

std::uint64_t Store::tick() const {
  const std::lock_guard lock(mutex_);
  return tick_;
}

void Store::wait(std::uint64_t seen, std::chrono::steady_clock::time_point until, std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, stop, until, [&] { return tick_ > seen; });
}

}  // namespace fake_api
