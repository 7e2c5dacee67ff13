#include "property/history.h"

namespace property {

using fake_api::Change;
using fake_api::Key;
using fake_api::ObjectPtr;
using fake_api::Version;
using So = std::function<bool(const json::Value&)>;

History::History(const fake_api::Store& store) : changes_(store.changes(0)) {
  for (const Change& change : changes_) by_key_[change.key].push_back(&change);
}

bool History::was(const Key& key, Version from, Version to, const So& so) const {
  const ObjectPtr first = at(key, from);
  if (first != nullptr && so(*first)) return true;
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return false;
  for (const Change* change : found->second) {
    if (change->version > to) break;
    if (change->version > from && change->type != Change::Type::deleted && so(*change->object)) return true;
  }
  return false;
}

bool History::any_was(const std::string& plural, Version to, const So& so) const {
  for (const auto& [key, unused] : by_key_) {
    if (key.plural == plural && was(key, 0, to, so)) return true;
  }
  return false;
}

Version History::last(const Key& key, Version to, const So& so) const {
  Version newest = 0;
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return newest;
  bool holds = false;
  for (const Change* change : found->second) {
    if (change->version > to) break;
    if (holds) newest = change->version - 1;  // it was so until then
    holds = change->type != Change::Type::deleted && so(*change->object);
  }
  return holds ? to : newest;
}

ObjectPtr History::at(const Key& key, Version version) const {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const Change* newest = nullptr;
  for (const Change* change : found->second) {
    if (change->version > version) break;
    newest = change;
  }
  return newest == nullptr || newest->type == Change::Type::deleted ? nullptr : newest->object;
}

}  // namespace property
