// What the operator may do: exactly what it needs, by an allow-list that a reviewer reads here.
#include <gtest/gtest.h>

#include "heat/kinds.h"
#include "heat/spec.h"
#include "repository.h"
#include "rights.h"

namespace {

using rights::Rights;
using rights::Verbs;

std::string key(const kube::ResourceType& type) { return std::string(type.group) + "/" + std::string(type.plural); }

// Applied and pruned kinds are watched, so heat::watched_kinds() says which they are. That each of these verbs is
// really used is what tests/integration/used_rights shows.
Rights needed() {
  Rights rights;
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    rights[key(*kind.type)] =
        kind.child() ? Verbs{"list", "watch", "create", "patch", "delete"} : Verbs{"get", "list", "watch"};
  }
  // Made by the StatefulSet, deleted by it or by a person: the operator only lets them grow.
  rights[key(kube::types::persistent_volume_claim)] = {"list", "watch", "patch"};
  rights[key(kube::types::service_account)].insert("get");  // before it is made: reconcile/apply.cpp
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
  EXPECT_EQ(rights::of(repository::read_yaml("manifests/access/cluster/clusterrole.yaml")), needed());
}

// To lead takes one Lease, by name; only to create it no name can be given.
TEST(Rbac, OnlyTheOperatorsOwnLeaseMayBeChanged) {
  const json::Value role = repository::read_yaml("manifests/access/leader-role.yaml");
  EXPECT_EQ(role.at("kind"), "Role");
  EXPECT_EQ(rights::of(role), (Rights{{"coordination.k8s.io/leases", {"create", "get", "update"}}}));
  for (const json::Value& rule : role.at("rules")) {
    if (rule.at("verbs") == json::Value{"create"}) continue;
    EXPECT_EQ(rule.at("resourceNames"), json::Value{"heat-operator"});
  }
}

TEST(Rbac, NoRoleGivesWhatOpensTheCluster) {
  ASSERT_FALSE(roles().empty());
  for (const json::Value& role : roles()) {
    SCOPED_TRACE(role.at("metadata").dump());
    for (const auto& [resource, verbs] : rights::of(role)) {
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
