// A replica count and what follows from it.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class ScalingTest : public OperatorTest {
 protected:
  AssertionResult scale_to(int replicas) {
    kubectl().succeed({"scale", "hc/heat", "--replicas=" + std::to_string(replicas)});
    return wait_until([&]() -> AssertionResult {
      const json::Value cluster = heat_cluster();
      const std::string wanted = std::to_string(replicas) + "/" + std::to_string(replicas);
      const std::string summary = json::string_at(cluster, "/status/engine/summary");
      const bool observed =
          json::integer_at(cluster, "/status/observedGeneration") == json::integer_at(cluster, "/metadata/generation");
      if (summary == wanted && observed && engine_pods().size() == static_cast<std::size_t>(replicas)) {
        return AssertionSuccess();
      }
      return AssertionFailure() << "summary " << summary << ", pods " << engine_pods().size();
    });
  }
};

TEST_F(ScalingTest, ScaleMovesStatefulSetPodsAndStatus) {
  bring_up();
  ASSERT_TRUE(scale_to(4));
  EXPECT_EQ(json::integer_at(kubectl().get("statefulset", engine), "/spec/replicas"), 4);
  const json::Value cluster = heat_cluster();
  EXPECT_EQ(json::integer_at(cluster, "/status/engine/replicas"), 4);
  EXPECT_EQ(json::integer_at(cluster, "/status/engine/readyReplicas"), 4);
  EXPECT_TRUE(becomes_ready());
}

TEST_F(ScalingTest, TheScaleSubresourceFindsTheEnginePods) {
  bring_up();
  const std::string selector = json::string_at(heat_cluster(), "/status/selector");
  EXPECT_EQ(kubectl().list("pods", selector).size(), 2U) << selector;
}

TEST_F(ScalingTest, GoesToNoEngineAndBack) {
  bring_up();
  ASSERT_TRUE(scale_to(0));
  EXPECT_TRUE(becomes_ready());
  ASSERT_TRUE(scale_to(2));
  EXPECT_TRUE(becomes_ready());
}

TEST_F(ScalingTest, InsideReachNoConfigurationIsMadeAndNoEngineRestarts) {
  bring_up();
  const auto maps = uids(engine_config_maps());
  const auto pods = uids(engine_pods());
  ASSERT_TRUE(scale_to(4));
  ASSERT_TRUE(engines_settle());
  EXPECT_EQ(uids(engine_config_maps()), maps);
  const auto now = uids(engine_pods());
  for (const auto& [name, uid] : pods) EXPECT_EQ(now.at(name), uid) << name;
}

TEST_F(ScalingTest, BeyondReachTheConfigurationIsDerivedOnce) {
  bring_up();
  ASSERT_TRUE(scale_to(4));
  const auto pods = uids(engine_pods());
  const auto maps = uids(engine_config_maps());
  const auto revision = json::string_at(kubectl().get("statefulset", engine), "/status/updateRevision");

  ASSERT_TRUE(scale_to(5));
  ASSERT_TRUE(engines_settle());
  ASSERT_TRUE(wait_until([&] { return engine_config_maps().size() == 1; })) << "the old one is not pruned";
  EXPECT_NE(uids(engine_config_maps()), maps);
  EXPECT_NE(json::string_at(kubectl().get("statefulset", engine), "/status/updateRevision"), revision);
  const auto now = uids(engine_pods());
  for (const auto& [name, uid] : pods) EXPECT_NE(now.at(name), uid) << name << " still has the old configuration";

  // 6 lies within the reach of 5.
  const auto rederived = uids(engine_config_maps());
  ASSERT_TRUE(scale_to(6));
  EXPECT_EQ(uids(engine_config_maps()), rederived);
}

TEST_F(ScalingTest, ScalingRunsNoDatabaseJob) {
  bring_up();
  const auto jobs = uids(kubectl().list("jobs"));
  ASSERT_TRUE(scale_to(5));
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(uids(kubectl().list("jobs")), jobs);
}

// One that asks for more than there are needs no metrics.
TEST_F(ScalingTest, AnAutoscalerWritesTheCount) {
  bring_up();
  kubectl().apply(json::Value{
      {"apiVersion", "autoscaling/v2"},
      {"kind", "HorizontalPodAutoscaler"},
      {"metadata", {{"name", "heat"}}},
      {"spec",
       {{"scaleTargetRef", {{"apiVersion", "heat.openstack.org/v1alpha1"}, {"kind", "HeatCluster"}, {"name", "heat"}}},
        {"minReplicas", 3},
        {"maxReplicas", 4}}}});
  EXPECT_TRUE(
      wait_until([&] { return json::string_at(heat_cluster(), "/status/engine/summary") == "3/3"; }, 2 * patience));
}

}  // namespace
}  // namespace integration
