#include "fake_api/apply/field_set.h"

#include <algorithm>
#include <set>

#include "fake_api/apply/schema.h"

namespace fake_api {
namespace {

bool is_server_field(const FieldPath& path) {
  static const std::set<std::string> metadata = {"name",
                                                 "namespace",
                                                 "uid",
                                                 "generation",
                                                 "managedFields",
                                                 "resourceVersion",
                                                 "creationTimestamp",
                                                 "deletionTimestamp",
                                                 "selfLink"};
  if (path.size() == 1) return path[0] == "apiVersion" || path[0] == "kind";
  return path.size() == 2 && path[0] == "metadata" && metadata.contains(path[1]);
}

FieldPath below(const FieldPath& path, const std::string& field) {
  FieldPath longer = path;
  longer.push_back(field);
  return longer;
}

FieldSet collect(std::string_view kind, const json::Value& value, const FieldPath& path) {
  FieldSet set;
  if (value.is_object() && !value.empty() && !is_atomic_object(kind, path)) {
    for (const auto& [field, child] : value.items()) {
      const FieldPath child_path = below(path, field);
      if (is_server_field(child_path)) continue;
      FieldSet fields = collect(kind, child, child_path);
      if (!fields.empty()) set.children["f:" + field] = std::move(fields);
    }
    return set;
  }
  const ListRule rule = value.is_array() ? list_rule(kind, path) : ListRule{};
  if (value.is_array() && rule.kind != ListRule::Kind::atomic) {
    for (const json::Value& item : value) {
      FieldSet fields = item.is_object() ? collect(kind, item, path) : FieldSet{};
      fields.member = true;
      set.children[item_element(rule, item)] = std::move(fields);
    }
    return set;
  }
  set.member = !path.empty();
  return set;
}

void list_paths(const FieldSet& set, const std::string& prefix, std::vector<std::string>& paths) {
  if (set.member) paths.push_back(prefix);
  for (const auto& [element, child] : set.children) {
    std::string step = "." + element.substr(2);
    if (element.starts_with("k:")) {
      step = "[";
      const json::Value key = json::parse(element.substr(2)).value_or(json::Value::object());
      for (const auto& [field, value] : key.items()) step += (step == "[" ? "" : ",") + field + "=" + value.dump();
      step += "]";
    }
    if (element.starts_with("v:")) step = "[" + element.substr(2) + "]";
    list_paths(child, prefix + step, paths);
  }
}

Difference compare_at(std::string_view kind, const json::Value& before, const json::Value& after,
                      const FieldPath& path);

// Puts the difference of one child in place; a side that is missing counts as added or removed as a whole.
void compare_child(std::string_view kind, const std::string& element, const json::Value* before,
                   const json::Value* after, const FieldPath& path, Difference& difference) {
  const bool item = !element.starts_with("f:");
  if (before != nullptr && after != nullptr) {
    Difference inner = compare_at(kind, *before, *after, path);
    if (!inner.changed.empty()) difference.changed.children[element] = std::move(inner.changed);
    if (!inner.removed.empty()) difference.removed.children[element] = std::move(inner.removed);
    return;
  }
  FieldSet fields = collect(kind, before != nullptr ? *before : *after, path);
  if (item) fields.member = true;
  if (!fields.empty()) (before != nullptr ? difference.removed : difference.changed).children[element] = fields;
}

Difference compare_lists(std::string_view kind, const ListRule& rule, const json::Value& before,
                         const json::Value& after, const FieldPath& path) {
  Difference difference;
  for (const json::Value& item : before) {
    const std::string element = item_element(rule, item);
    compare_child(kind, element, &item, find_item(rule, after, element), path, difference);
  }
  for (const json::Value& item : after) {
    const std::string element = item_element(rule, item);
    if (find_item(rule, before, element) == nullptr) {
      compare_child(kind, element, nullptr, &item, path, difference);
    }
  }
  return difference;
}

Difference compare_at(std::string_view kind, const json::Value& before, const json::Value& after,
                      const FieldPath& path) {
  Difference difference;
  if (before.is_object() && after.is_object() && !is_atomic_object(kind, path)) {
    for (const auto& [field, child] : before.items()) {
      const FieldPath child_path = below(path, field);
      if (is_server_field(child_path)) continue;
      const auto now = after.find(field);
      compare_child(kind, "f:" + field, &child, now == after.end() ? nullptr : &*now, child_path, difference);
    }
    for (const auto& [field, child] : after.items()) {
      const FieldPath child_path = below(path, field);
      if (is_server_field(child_path) || before.contains(field)) continue;
      compare_child(kind, "f:" + field, nullptr, &child, child_path, difference);
    }
    return difference;
  }
  if (before.is_array() && after.is_array()) {
    const ListRule rule = list_rule(kind, path);
    if (rule.kind != ListRule::Kind::atomic) return compare_lists(kind, rule, before, after, path);
  }
  if (before != after) difference.changed.member = true;
  return difference;
}

}  // namespace

const FieldSet* FieldSet::child(const std::string& element) const {
  const auto found = children.find(element);
  return found == children.end() ? nullptr : &found->second;
}

FieldSet FieldSet::from_json(const json::Value& fields_v1) {
  FieldSet set;
  for (const auto& [element, below_it] : fields_v1.items()) {
    if (element == ".") {
      set.member = true;
    } else {
      set.children[element] = from_json(below_it);
      if (below_it.empty()) set.children[element].member = true;
    }
  }
  return set;
}

json::Value FieldSet::to_json() const {
  json::Value text = json::Value::object();
  if (member && !children.empty()) text["."] = json::Value::object();
  for (const auto& [element, child_set] : children) text[element] = child_set.to_json();
  return text;
}

FieldSet FieldSet::united(const FieldSet& other) const {
  FieldSet result = *this;
  result.member = member || other.member;
  for (const auto& [element, child_set] : other.children) {
    result.children[element] = result.children[element].united(child_set);
  }
  return result;
}

FieldSet FieldSet::without(const FieldSet& other) const {
  FieldSet result;
  result.member = member && !other.member;
  for (const auto& [element, child_set] : children) {
    const FieldSet* theirs = other.child(element);
    FieldSet rest = theirs == nullptr ? child_set : child_set.without(*theirs);
    if (!rest.empty()) result.children[element] = std::move(rest);
  }
  return result;
}

FieldSet FieldSet::intersected(const FieldSet& other) const {
  FieldSet result;
  result.member = member && other.member;
  for (const auto& [element, child_set] : children) {
    const FieldSet* theirs = other.child(element);
    if (theirs == nullptr) continue;
    FieldSet both = child_set.intersected(*theirs);
    if (!both.empty()) result.children[element] = std::move(both);
  }
  return result;
}

std::vector<std::string> FieldSet::paths() const {
  std::vector<std::string> found;
  list_paths(*this, "", found);
  return found;
}

FieldSet fields_of(std::string_view kind, const json::Value& object) { return collect(kind, object, {}); }

Difference compare(std::string_view kind, const json::Value& before, const json::Value& after) {
  return compare_at(kind, before, after, {});
}

}  // namespace fake_api
