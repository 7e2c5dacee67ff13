// What a HeatCluster owns and no longer wants goes, whatever its kind: an earlier version of the operator may have made
// it. So the right to delete stands beside every kind that the operator makes.
#include <algorithm>
#include <map>

#include "fixture.h"

namespace integration {
namespace {

const json::Value pod_labels = {{"app", "leftover"}};

json::Value pod(const std::string& restart_policy) {
  return {
      {"metadata", {{"labels", pod_labels}}},
      {"spec", {{"restartPolicy", restart_policy}, {"containers", {{{"name", "none"}, {"image", "localhost/none"}}}}}}};
}

// The least that the API server takes, by resource.
std::map<std::string, json::Value> bodies() {
  const json::Value selector = {{"matchLabels", pod_labels}};
  const json::Value job = {{"template", pod("Never")}};
  const auto object = [](const char* version, const char* kind) {
    return json::Value{{"apiVersion", version}, {"kind", kind}};
  };
  const auto with_spec = [&](const char* version, const char* kind, json::Value spec) {
    json::Value made = object(version, kind);
    made["spec"] = std::move(spec);
    return made;
  };
  return {
      {"configmaps", object("v1", "ConfigMap")},
      {"serviceaccounts", object("v1", "ServiceAccount")},
      {"services", with_spec("v1", "Service", {{"clusterIP", "None"}, {"selector", pod_labels}})},
      {"statefulsets",
       with_spec("apps/v1", "StatefulSet",
                 {{"serviceName", "x"}, {"replicas", 0}, {"selector", selector}, {"template", pod("Always")}})},
      {"deployments",
       with_spec("apps/v1", "Deployment", {{"replicas", 0}, {"selector", selector}, {"template", pod("Always")}})},
      {"jobs", with_spec("batch/v1", "Job", {{"suspend", true}, {"template", pod("Never")}})},
      {"cronjobs", with_spec("batch/v1", "CronJob",
                             {{"suspend", true}, {"schedule", "0 0 1 1 *"}, {"jobTemplate", {{"spec", job}}}})},
      {"poddisruptionbudgets",
       with_spec("policy/v1", "PodDisruptionBudget", {{"maxUnavailable", 1}, {"selector", selector}})},
      {"networkpolicies", with_spec("networking.k8s.io/v1", "NetworkPolicy", {{"podSelector", selector}})},
  };
}

// What the operator may delete, as it is shipped.
std::vector<std::string> deletable(const json::Value& role) {
  std::vector<std::string> found;
  for (const json::Value& rule : role.at("rules")) {
    const auto& verbs = rule.at("verbs");
    if (std::find(verbs.begin(), verbs.end(), "delete") == verbs.end()) continue;
    for (const json::Value& resource : rule.at("resources")) found.push_back(resource.get<std::string>());
  }
  return found;
}

class PruneTest : public OperatorTest {};

TEST_F(PruneTest, ALeftoverOfAnyKindGoes) {
  const json::Value cluster = bring_up();
  const auto known = bodies();
  const std::vector<std::string> resources = deletable(plane().admin().get("clusterrole", "heat-operator"));
  ASSERT_FALSE(resources.empty());
  for (const std::string& resource : resources) {
    ASSERT_TRUE(known.contains(resource)) << resource << " may be deleted, but this test does not know how to make one";
    json::Value leftover = known.at(resource);
    leftover["metadata"] = {
        {"name", "heat-leftover"},
        {"labels", {{"app.kubernetes.io/managed-by", "heat-operator"}, {"app.kubernetes.io/instance", "heat"}}},
        {"ownerReferences",
         {{{"apiVersion", "heat.openstack.org/v1alpha1"},
           {"kind", "HeatCluster"},
           {"name", "heat"},
           {"uid", uid_of(cluster)},
           {"controller", true}}}}};
    kubectl().apply(leftover);
  }
  for (const std::string& resource : resources) {
    EXPECT_TRUE(wait_until([&] { return !kubectl().find(resource, "heat-leftover"); })) << resource;
  }
  EXPECT_TRUE(becomes_ready());
}

}  // namespace
}  // namespace integration
