// Rights that are missing: the operator says which, and goes on by itself when they are granted.
#include <algorithm>

#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class RightsTest : public OperatorTest {
 protected:
  void SetUp() override { NamespaceTest::SetUp(); }
  void TearDown() override {
    plane().install();
    OperatorTest::TearDown();
  }

  // Leaves only `verbs` of what the operator may do with `resource`.
  void leave(const std::string& resource, const std::vector<std::string>& verbs) {
    json::Value role = plane().admin().get("clusterrole", "heat-operator");
    json::Value rules = json::Value::array();
    for (json::Value rule : role.at("rules")) {
      const auto& resources = rule.at("resources");
      if (std::find(resources.begin(), resources.end(), resource) == resources.end()) {
        rules.push_back(rule);
        continue;
      }
      // The rule's other resources keep all of its verbs.
      json::Value others = rule;
      others["resources"] = json::Value::array();
      for (const json::Value& other : resources) {
        if (other != resource) others["resources"].push_back(other);
      }
      if (!others["resources"].empty()) rules.push_back(others);
      rule["resources"] = {resource};
      rule["verbs"] = verbs;
      if (!verbs.empty()) rules.push_back(rule);
    }
    plane().admin().patch("clusterrole", "heat-operator", {{"rules", rules}});
  }

  AssertionResult log_says(const std::vector<std::string>& words) {
    return wait_until([&]() -> AssertionResult {
      for (const json::Value& entry : heat_operator().log_entries()) {
        if (contains(entry.dump(), words)) return AssertionSuccess();
      }
      return AssertionFailure() << "no entry of the log has all of these words; the log:\n" << heat_operator().log();
    });
  }
};

TEST_F(RightsTest, WithoutStatefulSetsItWaitsAndSaysSo) {
  leave("statefulsets", {});
  start_operator(plane().operator_kubeconfig());
  EXPECT_TRUE(log_says({"statefulsets", "forbidden"}));
  EXPECT_EQ(heat_operator().health("/readyz").status, 503);
  EXPECT_TRUE(contains(heat_operator().health("/readyz").body, {"statefulsets"}));
  EXPECT_EQ(heat_operator().health("/healthz").status, 200);

  plane().install();
  EXPECT_TRUE(heat_operator().becomes_ready());
}

TEST_F(RightsTest, AWriteThatIsForbiddenIsToldInTheStatusAndHeals) {
  leave("statefulsets", {"get", "list", "watch"});
  restart_operator();
  kubectl().apply(sample());
  EXPECT_TRUE(condition_becomes("Ready", "False", {"StatefulSet heat-engine", "clusterrole.yaml"}));
  EXPECT_TRUE(log_says({"heat-engine", "clusterrole.yaml"}));

  plane().install();
  EXPECT_TRUE(becomes_ready());
}

TEST_F(RightsTest, SecretsThatMayNotBeReadAreToldInTheStatusAndHeal) {
  leave("secrets", {});
  restart_operator();
  kubectl().apply(sample());
  EXPECT_TRUE(condition_becomes("Ready", "False", {"reading Secrets", "heat-db", "clusterrole.yaml"}));
  EXPECT_TRUE(log_says({"heat-db", "clusterrole.yaml"}));

  plane().install();
  EXPECT_TRUE(becomes_ready());
}

// The admission plugin OwnerReferencesPermissionEnforcement: no request of the operator shows that it needs this right.
TEST_F(RightsTest, WithoutTheOwnersFinalizersNoChildIsMade) {
  leave("heatclusters/finalizers", {});
  restart_operator();
  kubectl().apply(sample());
  EXPECT_TRUE(condition_becomes("Ready", "False", {"blockOwnerDeletion", "clusterrole.yaml"}));

  plane().install();
  EXPECT_TRUE(becomes_ready());
}

TEST_F(RightsTest, WithoutTheRightToTellEventsTheWorkIsDone) {
  leave("events", {});
  restart_operator();
  bring_up();
}

}  // namespace
}  // namespace integration
