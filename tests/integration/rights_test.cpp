// Rights that are missing: the operator says which, and goes on by itself when they are granted.
#include "fixture.h"
#include "role.h"
#include "sample.h"

namespace integration {
namespace {

class RightsTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    kubectl().succeed({"create", "serviceaccount", "heat-operator"});
    rules_ = shipped_rules(plane().admin());
    for (const json::Value& rule : shipped_leader_rules(plane().admin())) rules_.push_back(rule);
  }

  // Starts the operator with only `verbs` left of what it may do with `resource`.
  void start_with(const std::string& resource, const std::vector<std::string>& verbs) {
    kubectl().apply(role(with_verbs(rules_, resource, verbs), kubectl().namespace_name()));
    start_operator(plane().kubeconfig_of(kubectl().namespace_name(), "heat-operator"));
  }
  void grant_all() { kubectl().apply(role(rules_, kubectl().namespace_name())); }

  AssertionResult log_says(const std::vector<std::string>& words) {
    return wait_until([&]() -> AssertionResult {
      for (const json::Value& entry : heat_operator().log_entries()) {
        if (contains(entry.dump(), words)) return AssertionSuccess();
      }
      return AssertionFailure() << "no entry of the log has all of these words; the log:\n" << heat_operator().log();
    });
  }

 private:
  json::Value rules_;
};

TEST_F(RightsTest, WithoutStatefulSetsItWaitsAndSaysSo) {
  start_with("statefulsets", {});
  EXPECT_TRUE(log_says({"statefulsets", "forbidden"}));
  EXPECT_EQ(heat_operator().health("/readyz").status, 503);
  EXPECT_TRUE(contains(heat_operator().health("/readyz").body, {"statefulsets"}));
  EXPECT_EQ(heat_operator().health("/healthz").status, 200);

  grant_all();
  EXPECT_TRUE(heat_operator().becomes_ready());
}

TEST_F(RightsTest, AWriteThatIsForbiddenIsToldInTheStatusAndHeals) {
  start_with("statefulsets", {"get", "list", "watch"});
  ASSERT_TRUE(heat_operator().becomes_ready());
  kubectl().apply(sample());
  EXPECT_TRUE(condition_becomes("Ready", "False", {"StatefulSet heat-engine", "clusterrole.yaml"}));
  EXPECT_TRUE(log_says({"heat-engine", "clusterrole.yaml"}));

  grant_all();
  EXPECT_TRUE(becomes_ready());
}

TEST_F(RightsTest, SecretsThatMayNotBeReadAreToldInTheStatusAndHeal) {
  start_with("secrets", {});
  ASSERT_TRUE(heat_operator().becomes_ready());
  kubectl().apply(sample());
  EXPECT_TRUE(condition_becomes("Ready", "False", {"reading Secrets", "heat-db", "clusterrole.yaml"}));
  EXPECT_TRUE(log_says({"heat-db", "clusterrole.yaml"}));

  grant_all();
  EXPECT_TRUE(becomes_ready());
}

// The admission plugin OwnerReferencesPermissionEnforcement: no request of the operator shows that it needs this right.
TEST_F(RightsTest, WithoutTheOwnersFinalizersNoChildIsMade) {
  start_with("heatclusters/finalizers", {});
  ASSERT_TRUE(heat_operator().becomes_ready());
  kubectl().apply(sample());
  EXPECT_TRUE(condition_becomes("Ready", "False", {"blockOwnerDeletion", "clusterrole.yaml"}));

  grant_all();
  EXPECT_TRUE(becomes_ready());
}

TEST_F(RightsTest, WithoutTheRightToTellEventsTheWorkIsDone) {
  start_with("events", {});
  ASSERT_TRUE(heat_operator().becomes_ready());
  bring_up();
}

}  // namespace
}  // namespace integration
