// As it is installed by default: one operator for all namespaces, by the ClusterRole, with its Lease in its own.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class ClusterWideTest : public OperatorTest {
 protected:
  void SetUp() override {
    OperatorTest::SetUp();
    plane().admin().succeed({"create", "namespace", other().namespace_name()});
  }
  void TearDown() override {
    other().run({"delete", "heatclusters", "--all", "--timeout=30s"});
    plane().admin().run({"delete", "namespace", other().namespace_name(), "--wait=false"});
    OperatorTest::TearDown();
  }
  std::vector<std::string> scope() const override { return {"--leader-elect-namespace", operator_namespace}; }

  Kubectl other() const { return kubectl().in(kubectl().namespace_name() + "-other"); }
  AssertionResult other_becomes_ready() const {
    const Finished waited = other().run({"wait", "--for=condition=Ready", "heatcluster/heat", "--timeout=30s"});
    if (waited.exit_code == 0) return AssertionSuccess();
    return AssertionFailure() << waited.text();
  }
  void bring_up_both() {
    other().apply(sample());
    bring_up();
    ASSERT_TRUE(other_becomes_ready());
  }
};

TEST_F(ClusterWideTest, WorksInEveryNamespaceAndElectsInItsOwn) {
  ASSERT_NO_FATAL_FAILURE(bring_up_both());
  EXPECT_FALSE(
      json::string_at(plane().admin().in(operator_namespace).get("lease", "heat-operator"), "/spec/holderIdentity")
          .empty());
  EXPECT_TRUE(wait_until([&] {
    return contains(other().succeed({"events", "--for", "hc/heat"}), {"DatabaseSynced"});
  }));
  // No right is missing.
  EXPECT_EQ(heat_operator().log().find("forbidden"), std::string::npos) << heat_operator().log();
}

TEST_F(ClusterWideTest, FollowsEditsAndDriftInBoth) {
  ASSERT_NO_FATAL_FAILURE(bring_up_both());
  kubectl().succeed({"scale", "hc/heat", "--replicas=3"});
  other().succeed({"delete", "statefulset", engine});
  EXPECT_TRUE(wait_until([&] { return other().find("statefulset", engine).has_value(); }));
  EXPECT_TRUE(becomes_ready());
  EXPECT_EQ(json::integer_at(kubectl().get("statefulset", engine), "/spec/replicas"), 3);
}

TEST_F(ClusterWideTest, ARestartWritesNothing) {
  ASSERT_NO_FATAL_FAILURE(bring_up_both());
  ASSERT_TRUE(falls_silent(4));
  restart_operator();
  ASSERT_TRUE(heat_operator().does_passes(4));
  EXPECT_EQ(heat_operator().writes(), 0) << heat_operator().log();
}

}  // namespace
}  // namespace integration
