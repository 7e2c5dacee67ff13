// A set of fields of an object, as managedFields hold it (fieldsV1).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"

namespace fake_api {

// A trie of path elements ("f:spec", "k:{\"name\":\"x\"}", "v:\"y\""). Not thread-safe; a value.
struct FieldSet {
  bool member = false;  // the path that ends here is in the set itself, not only what is below it
  std::map<std::string, FieldSet> children;

  bool empty() const { return !member && children.empty(); }
  const FieldSet* child(const std::string& element) const;

  static FieldSet from_json(const json::Value& fields_v1);
  json::Value to_json() const;

  FieldSet united(const FieldSet& other) const;
  FieldSet without(const FieldSet& other) const;
  FieldSet intersected(const FieldSet& other) const;

  // Each member path as the API server writes it in messages: ".spec.template.spec.containers[name=\"x\"].image".
  std::vector<std::string> paths() const;

  friend bool operator==(const FieldSet&, const FieldSet&) = default;
};

// The fields that an object sets, without its identity and what the server alone writes in metadata.
FieldSet fields_of(std::string_view kind, const json::Value& object);

struct Difference {
  FieldSet changed;  // added, or there with another value
  FieldSet removed;
};
Difference compare(std::string_view kind, const json::Value& before, const json::Value& after);

}  // namespace fake_api
