#include "fake_api/apply/schema.h"

#include <algorithm>
#include <map>
#include <set>

namespace fake_api {
namespace {

bool ends_with(const FieldPath& path, std::initializer_list<std::string_view> tail) {
  return path.size() >= tail.size() && std::equal(tail.begin(), tail.end(), path.end() - static_cast<int>(tail.size()));
}

ListRule by(std::vector<std::string> keys) { return {ListRule::Kind::map, std::move(keys)}; }

ListRule pod_list_rule(const FieldPath& path) {
  static const std::map<std::string, std::vector<std::string>> keys = {
      {"containers", {"name"}},
      {"initContainers", {"name"}},
      {"ephemeralContainers", {"name"}},
      {"volumes", {"name"}},
      {"env", {"name"}},
      {"imagePullSecrets", {"name"}},
      {"volumeMounts", {"mountPath"}},
      {"volumeDevices", {"devicePath"}},
      {"hostAliases", {"ip"}},
      {"ports", {"containerPort", "protocol"}},
      {"topologySpreadConstraints", {"topologyKey", "whenUnsatisfiable"}},
      {"resourceClaims", {"name"}},
      {"claims", {"name"}},
      {"schedulingGates", {"name"}},
  };
  const auto found = keys.find(path.back());
  return found == keys.end() ? ListRule{} : by(found->second);
}

}  // namespace

ListRule list_rule(std::string_view kind, const FieldPath& path) {
  if (path == FieldPath{"metadata", "ownerReferences"}) return by({"uid"});
  if (path == FieldPath{"metadata", "finalizers"}) return {ListRule::Kind::set, {}};
  if (path == FieldPath{"status", "conditions"} && kind != "Job") return by({"type"});
  if (kind == "Service" && path == FieldPath{"spec", "ports"}) return by({"port", "protocol"});
  if (kind == "ServiceAccount" && path == FieldPath{"secrets"}) return by({"name"});
  const bool in_pod = kind == "Pod" || (path.size() > 1 && std::ranges::find(path, "template") != path.end());
  return in_pod && kind != "HeatCluster" ? pod_list_rule(path) : ListRule{};
}

bool is_atomic_object(std::string_view kind, const FieldPath& path) {
  static const std::set<std::string> always = {
      "labelSelector", "namespaceSelector", "podSelector",  "fieldRef",        "resourceFieldRef",
      "secretKeyRef",  "configMapKeyRef",   "nodeSelector", "ownerReferences", "imagePullSecrets"};
  if (path.empty() || kind == "HeatCluster") return ends_with(path, {"metadata", "ownerReferences"});
  if (path == FieldPath{"spec", "selector"}) return true;
  return always.contains(path.back());
}

json::Value item_key(const ListRule& rule, const json::Value& item) {
  json::Value key = json::Value::object();
  for (const std::string& field : rule.keys) {
    if (item.is_object() && item.contains(field)) {
      key[field] = item[field];
    } else if (field == "protocol") {
      key[field] = "TCP";
    }
  }
  return key;
}

std::string item_element(const ListRule& rule, const json::Value& item) {
  return rule.kind == ListRule::Kind::set ? "v:" + item.dump() : "k:" + item_key(rule, item).dump();
}

const json::Value* find_item(const ListRule& rule, const json::Value& list, const std::string& element) {
  if (!list.is_array()) return nullptr;
  const auto found =
      std::ranges::find_if(list, [&](const json::Value& item) { return item_element(rule, item) == element; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace fake_api
