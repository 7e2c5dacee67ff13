#include "walk/document.h"

#include <stdexcept>

namespace walk {
namespace {

constexpr const char* own_key = "walk.example~1key";  // of an entry that the walk makes, as a pointer writes it

std::vector<std::string> steps_of(const std::string& path) {
  std::vector<std::string> steps;
  std::string step;
  const auto end_step = [&] {
    if (!step.empty()) steps.push_back(std::exchange(step, {}));
  };
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') {
      end_step();
    } else if (path[i] == '[' || path[i] == '{') {
      end_step();
      steps.push_back(path.substr(i++, 2));
    } else {
      step += path[i];
    }
  }
  end_step();
  return steps;
}

const json::Value& below(const json::Value& schema, const std::string& step) {
  if (step == "[]") return schema.at("items");
  if (step == "{}") return schema.at("additionalProperties");
  return schema.at("properties").at(step);
}

std::string escaped(std::string key) {
  for (std::size_t at = key.find('/'); at != std::string::npos; at = key.find('/', at + 2)) key.replace(at, 1, "~1");
  return key;
}

std::string key_of(const json::Value& map, const json::Value& schema) {
  if (map.is_object() && !map.empty()) return escaped(map.begin().key());
  return schema.at("additionalProperties").contains("x-kubernetes-int-or-string") ? "memory" : own_key;
}

// What CEL says of neighbours, kept by changing the neighbour.
void keep_operator(json::Value& block) {
  const std::string written = block.value("operator", "");
  if (block.contains("effect") || block.contains("tolerationSeconds") || block.contains("value")) {
    if (block.value("effect", "") != "NoExecute") block.erase("tolerationSeconds");
  }
  if (written == "Exists" || written == "DoesNotExist") {
    block.erase("value");
    block.erase("values");
  }
  const bool wants_values = written == "In" || written == "NotIn" || written == "Gt" || written == "Lt";
  if (wants_values && (!block.contains("values") || block["values"].empty())) block["values"] = {"1"};
  if ((written == "Gt" || written == "Lt") && block["values"].size() > 1) block["values"] = {block["values"][0]};
}

void keep_spread(json::Value& block) {
  if (block.value("whenUnsatisfiable", "DoNotSchedule") != "DoNotSchedule") block.erase("minDomains");
}

void keep_rules(json::Value& value) {
  if (value.is_object()) {
    keep_operator(value);
    keep_spread(value);
  }
  if (!value.is_structured()) return;
  for (json::Value& child : value) keep_rules(child);
}

// A request must not be above the limit of the same resource.
void keep_resources(const Place& place, json::Value& cluster, const std::string& target) {
  const bool is_limit = place.path.ends_with("resources/limits{}");
  if (!is_limit && !place.path.ends_with("resources/requests{}")) return;
  const json::Pointer resources = json::Pointer(target).parent_pointer().parent_pointer();
  cluster.at(resources).erase(is_limit ? "requests" : "limits");
}

// A toleration without a key must say Exists.
void keep_tolerations(json::Value& value) {
  if (value.is_object() && value.contains("tolerations") && value["tolerations"].is_array()) {
    for (json::Value& each : value["tolerations"]) {
      if (!each.is_object() || each.contains("key")) continue;
      each["operator"] = "Exists";
      each.erase("value");
    }
  }
  if (!value.is_structured()) return;
  for (json::Value& child : value) keep_tolerations(child);
}

}  // namespace

std::string pointer(const Place& place, const json::Value& cluster) {
  std::string text = "/spec";
  const json::Value* at = json::find(cluster, "/spec");
  const json::Value* schema = &spec_schema();
  for (const std::string& step : steps_of(place.path)) {
    const std::string name = step == "[]"   ? "0"
                             : step == "{}" ? key_of(at == nullptr ? json::Value() : *at, *schema)
                                            : step;
    text += "/" + name;
    schema = &below(*schema, step);
    const json::Pointer here(text);
    at = cluster.contains(here) ? &cluster.at(here) : nullptr;
  }
  return text;
}

std::string dotted(const std::string& pointer) {
  std::string text;
  for (std::size_t at = 0; at < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string step = pointer.substr(at + 1, end - at - 1);
    for (std::size_t slash = step.find("~1"); slash != std::string::npos; slash = step.find("~1")) {
      step.replace(slash, 2, "/");
    }
    const bool index = step.find_first_not_of("0123456789") == std::string::npos;
    text += index ? "[" + step + "]" : (text.empty() ? "" : ".") + step;
    at = end;
  }
  return text;
}

json::Value value_at(const json::Value& cluster, const Place& place) {
  const json::Pointer at(pointer(place, cluster));
  return cluster.contains(at) ? cluster.at(at) : json::Value();
}

json::Value with(json::Value cluster, const Place& place, const json::Value& value) {
  const std::string text = pointer(place, cluster);
  const json::Pointer target(text);
  json::Value* at = &cluster["spec"];
  const json::Value* schema = &spec_schema();
  for (const std::string& step : steps_of(place.path)) {
    if (at->is_null()) *at = example(*schema);
    const std::string key = step == "{}" ? key_of(*at, *schema) : step;
    schema = &below(*schema, step);
    if (step == "[]") {
      if (at->empty()) at->push_back(nullptr);
      at = &(*at)[0];
    } else {
      at = step == "{}" ? &(*at)[json::Pointer("/" + key)] : &(*at)[key];
    }
  }
  *at = value;
  keep_resources(place, cluster, text);
  keep_rules(cluster["spec"]);
  keep_tolerations(cluster["spec"]);
  const bool kept = cluster.contains(target) && (!place.is_leaf() || cluster.at(target) == value);
  if (!kept) throw DoesNotFit(place.path + " cannot stand beside its neighbours");
  return cluster;
}

std::optional<json::Value> without(json::Value cluster, const Place& place) {
  const std::string text = pointer(place, cluster);
  const json::Pointer at(text);
  if (place.required || !cluster.contains(at)) return std::nullopt;
  json::Value& parent = cluster.at(at.parent_pointer());
  if (parent.is_array()) {
    parent.erase(0);
  } else {
    // back() is the key with its escapes undone.
    parent.erase(at.back());
  }
  keep_rules(cluster["spec"]);
  keep_tolerations(cluster["spec"]);
  return cluster;
}

json::Value merge_patch(const json::Value& from, const json::Value& to) {
  if (!from.is_object() || !to.is_object()) return to;
  json::Value patch = json::Value::object();
  for (const auto& [name, value] : to.items()) {
    if (!from.contains(name)) {
      patch[name] = value;
    } else if (from.at(name) != value) {
      patch[name] = merge_patch(from.at(name), value);
    }
  }
  for (const auto& [name, value] : from.items()) {
    if (!to.contains(name)) patch[name] = nullptr;
  }
  return patch;
}

}  // namespace walk
