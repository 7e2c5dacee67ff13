// Rights as the RBAC files give them: which verbs on which resource.
#pragma once

#include <map>
#include <set>
#include <string>

#include "json/json.h"

namespace rights {

using Verbs = std::set<std::string>;
// "group/resource" or "group/resource/subresource" → verbs. The core group is empty: "/secrets".
using Rights = std::map<std::string, Verbs>;

// Adds what a ClusterRole or Role grants. resourceNames are not looked at.
inline void add(const json::Value& role, Rights& rights) {
  for (const json::Value& rule : role.at("rules")) {
    for (const json::Value& group : rule.value("apiGroups", json::Value::array())) {
      for (const json::Value& resource : rule.value("resources", json::Value::array())) {
        Verbs& verbs = rights[group.get<std::string>() + "/" + resource.get<std::string>()];
        for (const json::Value& verb : rule.at("verbs")) verbs.insert(verb.get<std::string>());
      }
    }
  }
}

inline Rights of(const json::Value& role) {
  Rights rights;
  add(role, rights);
  return rights;
}

}  // namespace rights
