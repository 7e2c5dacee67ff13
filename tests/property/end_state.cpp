#include "property/end_state.h"

#include <algorithm>

namespace property {
namespace {

const std::set<std::string> masked_fields = {
    "uid",       "resourceVersion", "creationTimestamp", "generation",         "observedGeneration",
    "time",      "startTime",       "completionTime",    "lastTransitionTime", "lastProbeTime",
    "clusterIP", "clusterIPs",      "selfLink"};

using Names = std::map<std::string, std::string>;  // what differs between two runs → what stands for it

Names names_of(const fake_api::Store& store) {
  Names names;
  std::set<std::string> jobs;
  bool random_key = false;
  for (const fake_api::Change& change : store.changes(0)) {
    names.emplace(json::string_at(*change.object, "/metadata/uid"), "uid of " + change.key.text());
    if (change.key.plural == "jobs") jobs.insert(change.key.name);
    const bool key = change.key.plural == "secrets" && change.key.name == "heat-encryption-key";
    if (key) random_key = json::find(*change.object, "/metadata/labels") != nullptr;
  }
  if (random_key && jobs.size() == 1)
    names.emplace(*jobs.begin(), jobs.begin()->substr(0, jobs.begin()->rfind('-')) + "-*");
  return names;
}

std::string renamed(std::string text, const Names& names) {
  for (const auto& [name, other] : names) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name)) {
      text.replace(at, name.size(), other);
    }
  }
  return text;
}

void flatten(const json::Value& value, const std::string& path, const Names& names, EndState& state) {
  if (value.is_object() && !value.empty()) {
    for (const auto& [field, child] : value.items()) {
      if (masked_fields.contains(field)) continue;
      flatten(child, path + "/" + renamed(field, names), names, state);
    }
  } else if (value.is_array() && !value.empty()) {
    for (std::size_t i = 0; i < value.size(); ++i) flatten(value[i], path + "/" + std::to_string(i), names, state);
  } else {
    state[path] = renamed(value.dump(), names);
  }
}

// managedFields come in an order of their own making: by the name of the manager here.
json::Value ordered(json::Value object) {
  json::Value& metadata = object["metadata"];
  if (metadata.contains("managedFields")) {
    const auto place = [](const json::Value& entry) {
      return entry.value("manager", "") + entry.value("operation", "") + entry.value("subresource", "");
    };
    std::sort(metadata["managedFields"].begin(), metadata["managedFields"].end(),
              [&](const json::Value& left, const json::Value& right) { return place(left) < place(right); });
  }
  return object;
}

}  // namespace

EndState end_state(const fake_api::Store& store) {
  const Names names = names_of(store);
  EndState state;
  for (const fake_api::Resource& kind : fake_api::resources()) {
    if (kind.plural == "events" || kind.plural == "leases") continue;
    for (const fake_api::ObjectPtr& object : store.list(kind.plural)) {
      const std::string name =
          json::string_at(*object, "/metadata/namespace") + "/" + json::string_at(*object, "/metadata/name");
      flatten(ordered(*object), renamed(kind.plural + "/" + name, names) + " ", names, state);
    }
  }
  return state;
}

Counts counts(const std::map<fake_api::Key, int>& by_key, const fake_api::Store& store) {
  const Names names = names_of(store);
  Counts counted;
  for (const auto& [key, count] : by_key) counted[renamed(key.text(), names)] += count;
  return counted;
}

std::vector<std::string> differences(const EndState& expected, const EndState& actual,
                                     const std::set<std::string>& masked) {
  std::vector<std::string> found;
  for (const auto& [path, value] : expected) {
    if (masked.contains(path)) continue;
    const auto other = actual.find(path);
    if (other == actual.end()) {
      found.push_back("- " + path + " = " + value);
    } else if (other->second != value) {
      found.push_back("! " + path + " = " + other->second + " instead of " + value);
    }
  }
  for (const auto& [path, value] : actual) {
    if (!masked.contains(path) && !expected.contains(path)) found.push_back("+ " + path + " = " + value);
  }
  return found;
}

std::set<std::string> unstable_paths(const EndState& first, const EndState& second) {
  std::set<std::string> paths;
  for (const auto& [path, value] : first) {
    const auto other = second.find(path);
    if (other != second.end() && other->second != value) paths.insert(path);
  }
  return paths;
}

}  // namespace property
