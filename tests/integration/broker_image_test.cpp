// Another image for the nodes of a HeatCluster's own broker: asked for by a Job first.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class BrokerImageTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    restart_operator({});
    const json::Value storage = {{"size", "1Gi"}, {"storageClassName", kubectl().namespace_name()}};
    offer_volumes(broker_claims(1), "1Gi", kubectl().namespace_name());
    kubectl().apply(Objects{
        sample_secret("heat-db"),
        sample_cluster("heat",
                       {{"images", {{"rabbitmq", {{"image", first}}}}},
                        {"broker", {{"external", nullptr}, {"managed", {{"replicas", 1}, {"storage", storage}}}}}})});
    ASSERT_TRUE(becomes_ready());
  }

  void ask_for(const char* image) { patch_spec({{"images", {{"rabbitmq", {{"image", image}}}}}}); }
  std::string image() {
    return text_at(kubectl().get("statefulset", "heat-broker"), "/spec/template/spec/containers/0/image");
  }
  Objects checks() { return kubectl().list("jobs", "app.kubernetes.io/component=broker-check"); }

  // As the Job controller reports one whose pod ended with an exit code of its podFailurePolicy.
  void refuse(const json::Value& job, int code) {
    json::Value target = {{"status", "True"},
                          {"reason", "PodFailurePolicy"},
                          {"message", "Container broker-check for pod a/b failed with exit code " +
                                          std::to_string(code) + " matching FailJob rule at index 0"},
                          {"lastProbeTime", "2026-01-01T00:00:00Z"},
                          {"lastTransitionTime", "2026-01-01T00:00:00Z"}};
    json::Value failed = target;
    target["type"] = "FailureTarget";
    failed["type"] = "Failed";
    kubectl().patch("job", name_of(job), {{"status", {{"failed", 1}, {"conditions", {target, failed}}}}},
                    {"--subresource=status"});
  }

  static constexpr const char* first = "localhost/rabbitmq:4.0";
};

TEST_F(BrokerImageTest, NodesGetItWhenTheJobHasEndedWell) {
  EXPECT_TRUE(checks().empty()) << "a first start asks nobody";
  ask_for("localhost/rabbitmq:4.1");
  ASSERT_TRUE(wait_until([&] { return checks().size() == 1; }));
  EXPECT_EQ(text_at(checks().front(), "/spec/template/spec/containers/0/image"), "localhost/rabbitmq:4.1");
  ASSERT_TRUE(becomes_ready());
  EXPECT_EQ(image(), "localhost/rabbitmq:4.1");
  EXPECT_TRUE(wait_until([&] { return checks().empty(); })) << "nothing tells it from one that began with that image";
  EXPECT_TRUE(falls_silent());
}

TEST_F(BrokerImageTest, ARefusedOneHarmsNothingAndTheFormerOneLeavesNothingOfIt) {
  const json::Value before = kubectl().get("statefulset", "heat-broker");
  // A quota of no more pods keeps the Job from ever starting.
  kubectl().succeed({"create", "quota", "no-pods", "--hard=pods=0"});
  ASSERT_TRUE(wait_until([&] { return json::find(kubectl().get("quota", "no-pods"), "/status/hard") != nullptr; }));
  ask_for("localhost/rabbitmq:4.3");
  ASSERT_TRUE(condition_becomes("BrokerReady", "False", {"heat-broker-check-", first}));
  ASSERT_TRUE(wait_until([&] { return checks().size() == 1; }));
  refuse(checks().front(), 104);
  EXPECT_TRUE(condition_becomes("Stalled", "True", {"spec.images.rabbitmq", "RabbitMQ 4.0", "4.1 or 4.2", first}));
  EXPECT_EQ(kubectl().get("statefulset", "heat-broker").at("spec"), before.at("spec"));
  EXPECT_TRUE(falls_silent());

  kubectl().succeed({"delete", "quota", "no-pods"});
  ask_for(first);
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(wait_until([&] { return checks().empty(); }));
  EXPECT_EQ(kubectl().get("statefulset", "heat-broker").at("spec"), before.at("spec"));
}

}  // namespace
}  // namespace integration
