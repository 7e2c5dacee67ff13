// The shipped sample on a cluster that has never seen it.
#include <set>
#include <sstream>

#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

using FirstLightTest = OperatorTest;

TEST_F(FirstLightTest, TheSampleBecomesReady) {
  const json::Value cluster = bring_up();
  EXPECT_EQ(json::integer_at(cluster, "/status/observedGeneration"), json::integer_at(cluster, "/metadata/generation"));
  EXPECT_EQ(json::integer_at(cluster, "/status/engine/replicas"), 2);
  EXPECT_EQ(json::integer_at(cluster, "/status/engine/readyReplicas"), 2);
  EXPECT_EQ(json::string_at(cluster, "/status/engine/summary"), "2/2");
  for (const char* type :
       {"ConfigValid", "BrokerReady", "DatabaseReady", "EngineReady", "APIReady", "CFNReady", "ProxyReady"})
    EXPECT_EQ(condition(type).status, "True") << type;
  for (const char* type : {"Reconciling", "Stalled"}) EXPECT_NE(condition(type).status, "True") << type;
}

TEST_F(FirstLightTest, TheSmallestClusterSaysWhichImageIsMissing) {
  kubectl().apply(Objects{sample_secret("heat-db"), sample_secret("heat-broker"), smallest_cluster("heat")});
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"spec.images.heat.image", "HEAT_OPERATOR_IMAGE_HEAT"}));
}

TEST_F(FirstLightTest, TheTableShowsCountReadinessAndReason) {
  bring_up();
  std::istringstream table(kubectl().succeed({"get", "hc"}));
  std::vector<std::string> words;
  for (std::string word; table >> word;) words.push_back(word);
  ASSERT_EQ(words.size(), 18U);
  EXPECT_EQ(std::vector<std::string>(words.begin(), words.begin() + 9),
            (std::vector<std::string>{"NAME", "PROXY", "API", "CFN", "ENGINE", "BROKER", "READY", "REASON", "AGE"}));
  EXPECT_EQ(std::vector<std::string>(words.begin() + 9, words.begin() + 17),
            (std::vector<std::string>{"heat", "2/2", "2/2", "1/1", "2/2", "external", "True", "Ready"}));
}

TEST_F(FirstLightTest, TheWideTableShowsReleaseAndMessage) {
  bring_up();
  EXPECT_TRUE(contains(kubectl().succeed({"get", "hc", "--output", "wide"}),
                       {"RELEASE", "ORCHESTRATION", "MESSAGE", "2025.1", ":8004/v1", condition("Ready").message}));
}

TEST_F(FirstLightTest, TheCategoryListsIt) {
  kubectl().apply(sample_cluster());
  EXPECT_TRUE(contains(kubectl().succeed({"get", "openstack"}), {"heat"}));
}

TEST_F(FirstLightTest, ChildrenNameTheirHeatClusterAsController) {
  const json::Value cluster = bring_up();
  std::set<std::string> kinds;
  for (const json::Value& child : children()) {
    if (name_of(child) == "heat-encryption-key") continue;
    kinds.insert(json::string_at(child, "/kind"));
    SCOPED_TRACE(json::string_at(child, "/kind") + " " + name_of(child));
    EXPECT_EQ(text_at(child, "/metadata/ownerReferences/0/uid"), uid_of(cluster));
    EXPECT_EQ(text_at(child, "/metadata/ownerReferences/0/controller"), "true");
    EXPECT_EQ(text_at(child, "/metadata/ownerReferences/0/blockOwnerDeletion"), "true");
    EXPECT_EQ(child.at("metadata").at("labels").at("app.kubernetes.io/part-of"), "openstack");
  }
  EXPECT_EQ(kinds,
            (std::set<std::string>{"ConfigMap", "CronJob", "Deployment", "Job", "NetworkPolicy", "PodDisruptionBudget",
                                   "Secret", "Service", "ServiceAccount", "StatefulSet"}));
}

TEST_F(FirstLightTest, TheEncryptionKeyHasNoOwner) {
  bring_up();
  EXPECT_EQ(json::find(kubectl().get("secret", "heat-encryption-key"), "/metadata/ownerReferences"), nullptr);
}

TEST_F(FirstLightTest, TwoClustersInOneNamespaceDoNotMeet) {
  kubectl().apply(sample());
  kubectl().apply(sample_cluster("second"));
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(becomes_ready("second"));
  EXPECT_EQ(engine_pods().size(), 2U);
  EXPECT_EQ(engine_pods("second").size(), 2U);
}

}  // namespace
}  // namespace integration
