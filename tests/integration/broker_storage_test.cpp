// The volumes of a broker of the HeatCluster's own. Nothing provisions any here, so each test makes them, and nothing
// enlarges one: what is seen is what is asked for.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class BrokerStorageTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    restart_operator({"--image-rabbitmq", "localhost/rabbitmq:4.3"});
  }
  void TearDown() override {
    OperatorTest::TearDown();
    plane().admin().run({"delete", "storageclass", storage_class(), "--ignore-not-found"});
  }

  std::string storage_class() const { return kubectl().namespace_name(); }
  json::Value class_object(bool expandable) const {
    return {{"apiVersion", "storage.k8s.io/v1"},
            {"kind", "StorageClass"},
            {"metadata", {{"name", storage_class()}}},
            {"provisioner", "kubernetes.io/no-provisioner"},
            {"allowVolumeExpansion", expandable}};
  }
  json::Value broker(int nodes, const std::string& size) const {
    return {
        {"broker",
         {{"external", nullptr},
          {"managed", {{"replicas", nodes}, {"storage", {{"size", size}, {"storageClassName", storage_class()}}}}}}}};
  }

  // One node of 1Gi; there are volumes for three of 4Gi.
  void bring_up_broker(bool expandable) {
    kubectl().apply(class_object(expandable));
    offer_volumes(broker_claims(3), "4Gi", storage_class());
    kubectl().apply(Objects{sample_secret("heat-db"), sample_cluster("heat", broker(1, "1Gi"))});
    ASSERT_TRUE(becomes_ready());
    ASSERT_TRUE(asks_for(0, "1Gi"));
  }
  AssertionResult asks_for(int node, const std::string& size) const {
    return wait_until([&]() -> AssertionResult {
      const auto claim = kubectl().find("persistentvolumeclaim", "data-heat-broker-" + std::to_string(node));
      const std::string asked = claim ? json::string_at(*claim, "/spec/resources/requests/storage") : "";
      if (asked == size) return AssertionSuccess();
      return AssertionFailure() << "claim " << node << " asks for \"" << asked << "\", not " << size;
    });
  }
  void expect_broker_untouched(const json::Value& before) const {
    const json::Value now = kubectl().get("statefulset", "heat-broker");
    EXPECT_EQ(uid_of(now), uid_of(before));
    EXPECT_EQ(now.at("spec").at("volumeClaimTemplates"), before.at("spec").at("volumeClaimTemplates"));
    EXPECT_EQ(now.at("spec").at("template"), before.at("spec").at("template"));
  }
  std::map<std::string, std::string> broker_pods() const {
    return uids(kubectl().list("pods", "app.kubernetes.io/component=broker"));
  }
};

TEST_F(BrokerStorageTest, ClaimsGrowWhereTheirClassLetsThemAndNoNodeRestarts) {
  ASSERT_NO_FATAL_FAILURE(bring_up_broker(true));
  const json::Value set = kubectl().get("statefulset", "heat-broker");
  const auto pods = broker_pods();
  patch_spec(broker(1, "2Gi"));
  EXPECT_TRUE(asks_for(0, "2Gi"));
  EXPECT_TRUE(becomes_ready());
  expect_broker_untouched(set);
  EXPECT_EQ(broker_pods(), pods);
  ASSERT_TRUE(falls_silent());
}

TEST_F(BrokerStorageTest, ANewNodeGetsTheOldSizeFirstAndGrowsAsWell) {
  ASSERT_NO_FATAL_FAILURE(bring_up_broker(true));
  patch_spec(broker(1, "2Gi"));
  ASSERT_TRUE(asks_for(0, "2Gi"));
  patch_spec(broker(3, "2Gi"));
  for (int node = 0; node < 3; ++node) EXPECT_TRUE(asks_for(node, "2Gi"));
  EXPECT_TRUE(becomes_ready());
}

TEST_F(BrokerStorageTest, AClassThatLetsNoneGrowIsToldAndNothingIsHarmed) {
  ASSERT_NO_FATAL_FAILURE(bring_up_broker(false));
  const json::Value set = kubectl().get("statefulset", "heat-broker");
  const auto pods = broker_pods();
  patch_spec(broker(1, "2Gi"));
  EXPECT_TRUE(condition_becomes(
      "Stalled", "True", {"spec.broker.managed.storage.size", "data-heat-broker-0", "2Gi", "allowVolumeExpansion"}));
  EXPECT_EQ(condition("BrokerReady").status, "True");
  expect_broker_untouched(set);
  EXPECT_EQ(broker_pods(), pods);
  // All else goes on.
  kubectl().succeed({"scale", "hc/heat", "--replicas=3"});
  EXPECT_TRUE(engines_settle());
  EXPECT_TRUE(wait_until([&] { return engine_pods().size() == 3; }));

  kubectl().apply(class_object(true));
  EXPECT_TRUE(asks_for(0, "2Gi"));
  EXPECT_TRUE(becomes_ready());
}

TEST_F(BrokerStorageTest, AVolumeThatAPersonMadeLargerStaysSo) {
  ASSERT_NO_FATAL_FAILURE(bring_up_broker(true));
  kubectl().patch("persistentvolumeclaim", "data-heat-broker-0",
                  {{"spec", {{"resources", {{"requests", {{"storage", "3Gi"}}}}}}}});
  patch_spec(broker(1, "2Gi"));
  ASSERT_TRUE(becomes_ready());
  ASSERT_TRUE(falls_silent());
  EXPECT_TRUE(asks_for(0, "3Gi"));
}

}  // namespace
}  // namespace integration
