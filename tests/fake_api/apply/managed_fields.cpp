#include "fake_api/apply/managed_fields.h"

#include <algorithm>

#include "fake_api/apply/merge.h"

namespace fake_api {
namespace {

Manager& entry_of(std::vector<Manager>& managers, const Manager& who) {
  const auto found = std::ranges::find_if(managers, [&](const Manager& entry) { return entry.same_as(who); });
  if (found != managers.end()) return *found;
  managers.push_back(who);
  managers.back().fields = {};
  return managers.back();
}

std::vector<FieldConflict> conflicts(const std::vector<Manager>& managers, const Manager& who,
                                     const FieldSet& changed) {
  std::vector<FieldConflict> found;
  for (const Manager& other : managers) {
    if (other.same_as(who)) continue;
    for (std::string& path : other.fields.intersected(changed).paths()) {
      found.push_back({other.name, std::move(path)});
    }
  }
  return found;
}

void take_from_others(std::vector<Manager>& managers, const Manager& who, const Difference& difference) {
  for (Manager& other : managers) {
    if (!other.same_as(who)) other.fields = other.fields.without(difference.changed).without(difference.removed);
  }
}

}  // namespace

std::vector<Manager> managers_of(const json::Value& object) {
  std::vector<Manager> managers;
  const json::Value* entries = json::find(object, "/metadata/managedFields");
  if (entries == nullptr || !entries->is_array()) return managers;
  for (const json::Value& entry : *entries) {
    managers.push_back({json::string_at(entry, "/manager"), json::string_at(entry, "/operation"),
                        json::string_at(entry, "/apiVersion"), json::string_at(entry, "/subresource"),
                        json::string_at(entry, "/time"),
                        FieldSet::from_json(entry.value("fieldsV1", json::Value::object()))});
  }
  return managers;
}

void set_managers(json::Value& object, const std::vector<Manager>& managers) {
  json::Value entries = json::Value::array();
  for (const Manager& manager : managers) {
    if (manager.fields.empty()) continue;
    json::Value entry = {{"manager", manager.name},           {"operation", manager.operation},
                         {"apiVersion", manager.api_version}, {"time", manager.time},
                         {"fieldsType", "FieldsV1"},          {"fieldsV1", manager.fields.to_json()}};
    if (!manager.subresource.empty()) entry["subresource"] = manager.subresource;
    entries.push_back(std::move(entry));
  }
  object["metadata"].erase("managedFields");
  if (!entries.empty()) object["metadata"]["managedFields"] = std::move(entries);
}

std::variant<json::Value, std::vector<FieldConflict>> apply(std::string_view kind, const json::Value& live,
                                                            const json::Value& applied, Manager who, bool force) {
  const json::Value before = live.is_null() ? json::Value::object() : live;
  std::vector<Manager> managers = managers_of(before);
  const FieldSet sent = fields_of(kind, applied);
  json::Value after = merged(kind, before, applied);
  const Difference difference = compare(kind, before, after);
  if (!force) {
    std::vector<FieldConflict> standing = conflicts(managers, who, difference.changed);
    if (!standing.empty()) return standing;
  }
  take_from_others(managers, who, difference);
  Manager& mine = entry_of(managers, who);
  const FieldSet former = mine.fields;
  if (former != sent || mine.time.empty() || after != before) mine.time = who.time;
  mine.fields = sent;
  FieldSet owned;
  for (const Manager& manager : managers) owned = owned.united(manager.fields);
  after = pruned(kind, std::move(after), former, owned);
  set_managers(after, managers);
  return after;
}

void book_update(std::string_view kind, const json::Value& before, json::Value& after, Manager who) {
  const Difference difference = compare(kind, before.is_null() ? json::Value::object() : before, after);
  std::vector<Manager> managers = managers_of(before);
  if (!difference.changed.empty() || !difference.removed.empty()) {
    take_from_others(managers, who, difference);
    Manager& mine = entry_of(managers, who);
    mine.fields = mine.fields.without(difference.removed).united(difference.changed);
    mine.time = who.time;
  }
  set_managers(after, managers);
}

}  // namespace fake_api
