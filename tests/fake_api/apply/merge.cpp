#include "fake_api/apply/merge.h"

#include <algorithm>

#include "fake_api/apply/schema.h"

namespace fake_api {
namespace {

json::Value merge_at(std::string_view kind, const json::Value& live, const json::Value& applied, FieldPath& path);

// Items in the order of the applied list; items that only the live list has keep their place before the next shared
// one.
json::Value merge_lists(std::string_view kind, const ListRule& rule, const json::Value& live,
                        const json::Value& applied, FieldPath& path) {
  json::Value result = json::Value::array();
  auto at = live.begin();
  const auto take_live_only = [&] {
    for (; at != live.end() && find_item(rule, applied, item_element(rule, *at)) == nullptr; ++at) {
      result.push_back(*at);
    }
  };
  for (const json::Value& item : applied) {
    const json::Value* before = find_item(rule, live, item_element(rule, item));
    if (before != nullptr) {
      take_live_only();
      if (at != live.end()) ++at;
    }
    result.push_back(before == nullptr ? item : merge_at(kind, *before, item, path));
  }
  for (; at != live.end(); ++at) {
    if (find_item(rule, applied, item_element(rule, *at)) == nullptr) result.push_back(*at);
  }
  return result;
}

json::Value merge_at(std::string_view kind, const json::Value& live, const json::Value& applied, FieldPath& path) {
  if (live.is_object() && applied.is_object() && !is_atomic_object(kind, path)) {
    json::Value result = live;
    for (const auto& [field, value] : applied.items()) {
      const auto before = live.find(field);
      if (before == live.end()) {
        result[field] = value;
        continue;
      }
      path.push_back(field);
      result[field] = merge_at(kind, *before, value, path);
      path.pop_back();
    }
    return result;
  }
  if (live.is_array() && applied.is_array()) {
    const ListRule rule = list_rule(kind, path);
    if (rule.kind != ListRule::Kind::atomic) return merge_lists(kind, rule, live, applied, path);
  }
  return applied;
}

void prune_at(std::string_view kind, json::Value& value, const FieldSet& former, const FieldSet& owned,
              FieldPath& path);

void prune_list(std::string_view kind, json::Value& list, const FieldSet& former, const FieldSet& owned,
                FieldPath& path) {
  static const FieldSet nothing;
  const ListRule rule = list_rule(kind, path);
  json::Value kept = json::Value::array();
  for (json::Value& item : list) {
    const std::string element = item_element(rule, item);
    const FieldSet* was = former.child(element);
    const FieldSet* is = owned.child(element);
    if (was != nullptr && was->member && is == nullptr) continue;
    if (was != nullptr && item.is_object()) prune_at(kind, item, *was, is == nullptr ? nothing : *is, path);
    kept.push_back(std::move(item));
  }
  list = std::move(kept);
}

void prune_at(std::string_view kind, json::Value& value, const FieldSet& former, const FieldSet& owned,
              FieldPath& path) {
  static const FieldSet nothing;
  for (const auto& [element, was] : former.children) {
    if (!element.starts_with("f:")) continue;
    const std::string field = element.substr(2);
    const auto found = value.find(field);
    if (found == value.end()) continue;
    const FieldSet* is = owned.child(element);
    if (was.member && is == nullptr) {
      value.erase(found);
      continue;
    }
    path.push_back(field);
    if (found->is_object()) prune_at(kind, *found, was, is == nullptr ? nothing : *is, path);
    if (found->is_array()) prune_list(kind, *found, was, is == nullptr ? nothing : *is, path);
    path.pop_back();
    if (found->is_structured() && found->empty() && is == nullptr) value.erase(found);
  }
}

}  // namespace

json::Value merged(std::string_view kind, const json::Value& live, const json::Value& applied) {
  FieldPath path;
  return merge_at(kind, live, applied, path);
}

json::Value pruned(std::string_view kind, json::Value object, const FieldSet& former, const FieldSet& owned) {
  FieldPath path;
  prune_at(kind, object, former, owned, path);
  return object;
}

json::Value merge_patched(json::Value target, const json::Value& patch) {
  target.merge_patch(patch);
  return target;
}

}  // namespace fake_api
