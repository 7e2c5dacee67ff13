// Who set which field: metadata.managedFields, and the bookkeeping of each kind of write.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fake_api/apply/field_set.h"
#include "json/json.h"

namespace fake_api {

// One entry of metadata.managedFields.
struct Manager {
  std::string name;
  std::string operation;  // "Apply" or "Update"
  std::string api_version;
  std::string subresource;
  std::string time;
  FieldSet fields;

  bool same_as(const Manager& other) const {
    return name == other.name && operation == other.operation && api_version == other.api_version &&
           subresource == other.subresource;
  }
};

std::vector<Manager> managers_of(const json::Value& object);
void set_managers(json::Value& object, const std::vector<Manager>& managers);

// Fields that somebody else holds with another value.
struct FieldConflict {
  std::string manager;
  std::string path;
};

// The object after an apply of `applied` by `who` (whose fields are filled in here), or what stands against it.
// `live` is null for an object that is not there yet. With `force` there are no conflicts: fields change hands.
std::variant<json::Value, std::vector<FieldConflict>> apply(std::string_view kind, const json::Value& live,
                                                            const json::Value& applied, Manager who, bool force);

// Books a create, update or patch of `who` that made `after` of `before` (null: created): fields that changed become
// its own and nobody else's. `after` gets its managedFields.
void book_update(std::string_view kind, const json::Value& before, json::Value& after, Manager who);

}  // namespace fake_api
