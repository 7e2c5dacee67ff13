#include "role.h"

#include <algorithm>

#include "control_plane.h"

namespace integration {
namespace {

const std::string group = "rbac.authorization.k8s.io";

json::Value named(const char* kind) {
  return {{"apiVersion", group + "/v1"}, {"kind", kind}, {"metadata", {{"name", "heat-operator"}}}};
}

}  // namespace

json::Value shipped_rules(const Kubectl& admin) { return admin.get("clusterrole", "heat-operator").at("rules"); }

json::Value shipped_leader_rules(const Kubectl& admin) {
  return admin.in(operator_namespace).get("role", "heat-operator-leader").at("rules");
}

Objects role(const json::Value& rules, const std::string& account_namespace) {
  json::Value role = named("Role");
  role["rules"] = rules;
  json::Value binding = named("RoleBinding");
  binding["roleRef"] = {{"apiGroup", group}, {"kind", "Role"}, {"name", "heat-operator"}};
  binding["subjects"] = {{{"kind", "ServiceAccount"}, {"name", "heat-operator"}, {"namespace", account_namespace}}};
  return {role, binding};
}

json::Value with_verbs(const json::Value& rules, const std::string& resource, const std::vector<std::string>& verbs) {
  json::Value result = json::Value::array();
  for (json::Value rule : rules) {
    const auto& resources = rule.at("resources");
    if (std::find(resources.begin(), resources.end(), resource) == resources.end()) {
      result.push_back(rule);
      continue;
    }
    // The rule's other resources keep all of its verbs.
    json::Value others = rule;
    others["resources"] = json::Value::array();
    for (const json::Value& other : resources) {
      if (other != resource) others["resources"].push_back(other);
    }
    if (!others["resources"].empty()) result.push_back(others);
    rule["resources"] = {resource};
    rule["verbs"] = verbs;
    if (!verbs.empty()) result.push_back(rule);
  }
  return result;
}

}  // namespace integration
