// Objects as large as the API server takes them (etcd's limit is 1.5 MiB, that of a Secret's or ConfigMap's data 1
// MiB).
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

constexpr std::size_t annotation_length = 4096;

std::string comment_of(std::size_t size) { return "# " + std::string(size - 3, 'x') + "\n"; }

// 31 annotations as long as the schema lets them be.
json::Value long_annotations() {
  json::Value annotations = json::Value::object();
  for (int i = 0; i < 31; ++i) annotations["example.org/a" + std::to_string(i)] = std::string(annotation_length, 'a');
  return annotations;
}

// All that the schema lets grow, as large as it may be: 890 kB.
json::Value large_cluster(const std::string& name) {
  json::Value cluster = sample_cluster(name);
  for (const char* block : {"proxy", "api", "cfn", "engine"})
    cluster["spec"][block]["podAnnotations"] = long_annotations();
  for (const char* component : {"heat", "haproxy"}) cluster["spec"]["config"][component] = comment_of(65536);
  for (int i = 0; i < 25; ++i) {
    cluster["metadata"]["annotations"]["example.org/of-the-cluster-" + std::to_string(i)] = std::string(10'000, 'b');
  }
  return cluster;
}

class LargeObjectsTest : public OperatorTest {
 protected:
  // Too large for kubectl apply, which would write it down a second time.
  void create(const json::Value& object) const { kubectl().succeed({"create", "--filename", "-"}, object.dump()); }

  // Another HeatCluster is served as if nothing were there.
  AssertionResult another_becomes_ready() {
    kubectl().apply(sample_cluster("other"));
    return becomes_ready("other");
  }
};

TEST_F(LargeObjectsTest, AHeatClusterAsLargeAsTheSchemaLetsItBeBecomesReady) {
  const json::Value cluster = large_cluster("heat");
  ASSERT_GT(cluster.dump().size(), 850'000U);
  kubectl().apply(Objects{sample_secret("heat-db"), sample_secret("heat-broker")});
  create(cluster);
  EXPECT_TRUE(becomes_ready("heat", 2 * patience));
  kubectl().succeed({"scale", "hc/heat", "--replicas=3"});
  EXPECT_TRUE(becomes_ready("heat", 2 * patience));
  EXPECT_TRUE(another_becomes_ready());
  EXPECT_EQ(heat_operator().metric("controller_runtime_reconcile_errors_total"), 0) << heat_operator().log();
}

TEST_F(LargeObjectsTest, AnOverrideOfAMegabyteIsRefusedWithItsFieldAndNothingIsHarmed) {
  bring_up();
  const auto pods = uids(engine_pods());
  ASSERT_TRUE(falls_silent());
  const double writes = heat_operator().writes();
  json::Value cluster = heat_cluster();
  cluster["metadata"].erase("managedFields");
  cluster["spec"]["config"]["heat"] = comment_of(1'000'000);
  const Finished answer = kubectl().run({"replace", "--filename", "-"}, cluster.dump());
  EXPECT_NE(answer.exit_code, 0);
  EXPECT_TRUE(contains(answer.err, {"spec.config.heat", "65536"}));
  ASSERT_TRUE(heat_operator().does_passes(2));
  EXPECT_EQ(heat_operator().writes(), writes);
  EXPECT_EQ(uids(engine_pods()), pods);
}

TEST_F(LargeObjectsTest, ASecretOfAMegabyteIsReadForWhatItIsNeededFor) {
  json::Value database = sample_secret("heat-db");
  database["stringData"]["unrelated"] = std::string(1'000'000, 's');
  create(database);
  kubectl().apply(Objects{sample_secret("heat-broker"), sample_cluster()});
  EXPECT_TRUE(becomes_ready());
  EXPECT_EQ(heat_operator().metric("controller_runtime_reconcile_errors_total"), 0) << heat_operator().log();
}

TEST_F(LargeObjectsTest, APasswordOfAMegabyteIsToldWithoutItsContentAndHeals) {
  json::Value broker = sample_secret("heat-broker");
  broker["stringData"]["password"] = std::string(1'000'000, 'p');
  create(broker);
  kubectl().apply(Objects{sample_secret("heat-db"), sample_cluster()});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False",
                                {"spec.broker.external.credentialsSecret", "heat-broker", "password", "4096"}));
  EXPECT_LT(heat_cluster().dump().size(), 100'000U);
  EXPECT_LT(heat_operator().log().size(), 500'000U);
  kubectl().patch("secret", "heat-broker", {{"stringData", {{"password", "not-a-real-password"}}}});
  EXPECT_TRUE(becomes_ready());
}

TEST_F(LargeObjectsTest, AForeignConfigMapOfAMegabyteWithOurLabelsIsLeftAlone) {
  bring_up();
  create({{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata",
           {{"name", "theirs"},
            {"labels", {{"app.kubernetes.io/managed-by", "heat-operator"}, {"app.kubernetes.io/instance", "heat"}}}}},
          {"data", {{"large", std::string(1'000'000, 'c')}}}});
  const json::Value before = kubectl().get("configmap", "theirs");
  ASSERT_TRUE(falls_silent());
  kubectl().succeed({"scale", "hc/heat", "--replicas=3"});
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(kubectl().get("configmap", "theirs") == before) << "it was changed";
}

}  // namespace
}  // namespace integration
