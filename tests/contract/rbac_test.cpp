// What the operator may do: exactly what it needs, by an allow-list that a reviewer reads here.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "heat/kinds.h"
#include "heat/spec.h"
#include "repository.h"

namespace {

using Verbs = std::set<std::string>;
using Rights = std::map<std::string, Verbs>;  // "group/resource" → verbs

Rights rights_of(const json::Value& role) {
  Rights rights;
  for (const json::Value& rule : role.at("rules")) {
    for (const json::Value& group : rule.value("apiGroups", json::Value::array())) {
      for (const json::Value& resource : rule.value("resources", json::Value::array())) {
        Verbs& verbs = rights[group.get<std::string>() + "/" + resource.get<std::string>()];
        for (const json::Value& verb : rule.at("verbs")) verbs.insert(verb.get<std::string>());
      }
    }
  }
  return rights;
}

std::string key(const kube::ResourceType& type) { return std::string(type.group) + "/" + std::string(type.plural); }

// Applied and pruned kinds are watched, so heat::watched_kinds() says which they are.
Rights needed() {
  Rights rights;
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    rights[key(*kind.type)] =
        kind.child ? Verbs{"get", "list", "watch", "create", "patch", "delete"} : Verbs{"get", "list", "watch"};
  }
  rights[key(heat::heat_cluster) + "/status"] = {"patch"};
  // ownerReferences with blockOwnerDeletion (admission plugin OwnerReferencesPermissionEnforcement).
  rights[key(heat::heat_cluster) + "/finalizers"] = {"update"};
  rights[key(kube::types::secret)] = {"get", "create", "patch"};
  rights[key(kube::types::event)] = {"create", "patch"};
  return rights;
}

std::vector<json::Value> roles() {
  std::vector<json::Value> found;
  for (const auto& file : repository::files("manifests", {".yaml"})) {
    const auto documents = json::parse_yaml_documents(repository::read(file));
    EXPECT_TRUE(documents) << file;
    if (!documents) continue;
    for (const json::Value& document : *documents) {
      const std::string kind = document.value("kind", "");
      if (kind == "ClusterRole" || kind == "Role") found.push_back(document);
    }
  }
  return found;
}

TEST(Rbac, ClusterRoleIsWhatTheCodeNeeds) {
  EXPECT_EQ(rights_of(repository::read_yaml("manifests/access/cluster/clusterrole.yaml")), needed());
}

TEST(Rbac, NoRoleGivesWhatOpensTheCluster) {
  ASSERT_FALSE(roles().empty());
  for (const json::Value& role : roles()) {
    SCOPED_TRACE(role.at("metadata").dump());
    for (const auto& [resource, verbs] : rights_of(role)) {
      SCOPED_TRACE(resource);
      EXPECT_EQ(resource.find('*'), std::string::npos);
      for (const char* verb : {"*", "escalate", "bind", "impersonate", "deletecollection"})
        EXPECT_FALSE(verbs.contains(verb));
      for (const char* end : {"/exec", "/attach", "/portforward", "/proxy", "/token", "/ephemeralcontainers"}) {
        EXPECT_FALSE(resource.ends_with(end));
      }
      EXPECT_FALSE(resource.starts_with("rbac.authorization.k8s.io/"));
      if (resource == "/secrets") {
        EXPECT_FALSE(verbs.contains("list") || verbs.contains("watch"));
      }
    }
  }
}

}  // namespace
