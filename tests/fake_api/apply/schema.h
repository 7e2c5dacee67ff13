// How server-side apply treats the lists and maps of the kinds served: as one value, or by their items. Source: the
// x-kubernetes-list-type, -list-map-keys and -map-type marks of Kubernetes' published OpenAPI document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"

namespace fake_api {

// Names of the fields from the root down to a value; list items and their keys leave no trace in it.
using FieldPath = std::vector<std::string>;

struct ListRule {
  enum class Kind { atomic, map, set };
  Kind kind = Kind::atomic;
  std::vector<std::string> keys;  // of a map
};

ListRule list_rule(std::string_view kind, const FieldPath& path);
// Whether the object at that path (or, inside a list, each item of it) is replaced as a whole.
bool is_atomic_object(std::string_view kind, const FieldPath& path);

// The part of a list item that names it within its list, defaults filled in ("protocol": "TCP").
json::Value item_key(const ListRule& rule, const json::Value& item);
// What fieldsV1 calls that item: k:{…} or v:….
std::string item_element(const ListRule& rule, const json::Value& item);
// The item of `list` that carries that element; null where there is none.
const json::Value* find_item(const ListRule& rule, const json::Value& list, const std::string& element);

}  // namespace fake_api
