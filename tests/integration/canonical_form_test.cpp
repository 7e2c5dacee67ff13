// What the operator applies is spelled as the API server keeps it: otherwise its own objects look like drift to it, and
// it writes them again for ever. Each kind that it applies goes through here, and each spelling that a user may choose.
#include <set>

#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

json::Value with_resources(json::Value resources) { return {{"engine", {{"resources", std::move(resources)}}}}; }

json::Value scheduled(json::Value scheduling) { return {{"engine", {{"scheduling", std::move(scheduling)}}}}; }

// What the API server drops of a pod's template, and what it keeps.
json::Value empty_affinity() {
  return {{"nodeAffinity", json::Value::object()},
          {"podAntiAffinity",
           {{"preferredDuringSchedulingIgnoredDuringExecution",
             {{{"weight", 1},
               {"podAffinityTerm",
                {{"topologyKey", "zone"},
                 {"labelSelector", {{"matchLabels", json::Value::object()}}},
                 {"namespaceSelector", json::Value::object()},
                 {"namespaces", json::Value::array()}}}}}},
            {"requiredDuringSchedulingIgnoredDuringExecution", json::Value::array()}}}};
}

// The same settings for every block that makes pods.
json::Value everywhere(const json::Value& settings) {
  json::Value spec = json::Value::object();
  for (const char* block : {"proxy", "api", "cfn", "engine"}) spec[block] = settings;
  return spec;
}

std::map<std::string, json::Value> spellings() {
  return {
      {"plain", json::Value::object()},
      {"milli", with_resources({{"limits", {{"cpu", "1000m"}}}, {"requests", {{"cpu", "100m"}}}})},
      {"fraction", with_resources({{"limits", {{"cpu", "0.5"}, {"memory", "1.5Gi"}}}})},
      {"whole", with_resources({{"limits", {{"cpu", 2}, {"memory", 536870912}}}})},
      {"binary", with_resources({{"requests", {{"memory", "1024Mi"}}}, {"limits", {{"memory", "2048Mi"}}}})},
      {"decimal", with_resources({{"limits", {{"memory", "1000000k"}}}})},
      {"exponent", with_resources({{"limits", {{"memory", "1e9"}, {"cpu", "1E0"}}}})},
      {"tiny", with_resources({{"requests", {{"cpu", "0.0001"}}}, {"limits", {{"memory", "0.5"}}}})},
      {"nothing", with_resources({{"limits", json::Value::object()}})},
      {"zero", with_resources({{"requests", {{"cpu", "0"}, {"memory", "0Mi"}}}})},
      {"tolerant",
       scheduled({{"tolerations",
                   {{{"operator", "Exists"}, {"value", ""}, {"effect", "NoExecute"}, {"tolerationSeconds", 0}},
                    {{"key", "a"}, {"value", "b"}}}}})},
      {"neighbourly", scheduled({{"affinity", empty_affinity()}})},
      {"selective", scheduled({{"nodeSelector", {{"kubernetes.io/hostname", "simulated"}}}})},
      {"indifferent", scheduled({{"nodeSelector", json::Value::object()},
                                 {"tolerations", json::Value::array()},
                                 {"topologySpreadConstraints", json::Value::array()},
                                 {"affinity", json::Value::object()}})},
      {"spread", scheduled({{"topologySpreadConstraints",
                             {{{"maxSkew", 1},
                               {"topologyKey", "kubernetes.io/hostname"},
                               {"whenUnsatisfiable", "ScheduleAnyway"},
                               {"matchLabelKeys", json::Value::array()}}}}})},
      {"labelled", everywhere({{"podLabels", {{"team", ""}}}, {"podAnnotations", {{"example.org/a", ""}}}})},
      {"yielding", everywhere({{"disruption", {{"maxUnavailable", "25%"}}}})},
      {"unyielding", everywhere({{"disruption", {{"maxUnavailable", 0}}}})},
      {"sized", everywhere({{"resources", {{"requests", {{"cpu", "0.1"}, {"memory", "65536Ki"}}}}}})},
      {"balanced",
       {{"proxy",
         {{"timeouts", {{"server", "2m"}, {"client", "120s"}}},
          {"service", {{"type", "NodePort"}, {"annotations", {{"example.org/pool", ""}}}}}}}}},
      {"day", {{"engine", {{"drainTimeout", "1d"}}}}},
      {"seconds", {{"engine", {{"drainTimeout", "5400s"}}}}},
      {"stopped", {{"engine", {{"replicas", 0}}}}},
      {"pulling", {{"images", {{"pullPolicy", "Always"}, {"pullSecrets", {"one", "two"}}}}}},
      {"many", {{"broker", {{"external", {{"hosts", {{{"host", "b"}, {"port", 5672}}, {{"host", "2001:db8::1"}}}}}}}}}},
  };
}

class CanonicalFormTest : public OperatorTest {
 protected:
  // Only the plain one runs pods: how a workload is spelled does not depend on their number, and two hundred of them
  // would be what the test waits for. Then each HeatCluster is looked at once more and nothing is written.
  AssertionResult all_converge() {
    kubectl().apply(Objects{sample_secret("heat-db"), sample_secret("heat-broker")});
    Objects clusters;
    for (const auto& [name, spec] : spellings()) {
      clusters.push_back(sample_cluster(name, spec));
      if (name != "plain") clusters.back()["spec"].merge_patch(everywhere({{"replicas", 0}}));
    }
    kubectl().apply(clusters);
    const Finished waited = kubectl().run({"wait", "--for=condition=Ready", "heatclusters", "--all", "--timeout=150s"});
    if (waited.exit_code != 0) return AssertionFailure() << waited.text();
    return falls_silent(all_once());
  }

  Objects everything() {
    return kubectl().list(
        "heatclusters,serviceaccounts,secrets,configmaps,services,statefulsets,deployments,jobs,cronjobs,"
        "poddisruptionbudgets,networkpolicies");
  }

  static int all_once() { return static_cast<int>(spellings().size()); }

  // Each HeatCluster is looked at twice and nothing is written: neither by the process' own count nor by what the
  // objects tell.
  void expect_silence(double writes, const std::map<std::string, std::string>& before) {
    ASSERT_TRUE(heat_operator().does_passes(2 * all_once(), 2 * patience));
    EXPECT_EQ(heat_operator().writes(), writes) << heat_operator().log();
    const auto now = applied(everything());
    for (const auto& [object, entries] : before) {
      ASSERT_TRUE(now.contains(object)) << object << " is gone";
      EXPECT_EQ(now.at(object), entries) << object << " was written";
    }
    EXPECT_EQ(now.size(), before.size());
  }
};

TEST_F(CanonicalFormTest, AConvergedClusterIsNotWritten) {
  ASSERT_TRUE(all_converge());
  expect_silence(heat_operator().writes(), applied(everything()));
}

TEST_F(CanonicalFormTest, ARestartWritesNothing) {
  ASSERT_TRUE(all_converge());
  stop_operator();
  const auto before = applied(everything());
  restart_operator();
  expect_silence(0, before);
}

// What only a broker of the HeatCluster's own has: claims, their retention, init values of an atomic list; and what
// only Keystone brings.
TEST_F(CanonicalFormTest, ABrokerOfItsOwnIsNotWritten) {
  kubectl().apply(Objects{sample_secret("heat-db"),
                          secret("heat-keystone", {{"username", "heat"},
                                                   {"password", "not-a-real-password"},
                                                   {"stackDomainAdmin", "admin"},
                                                   {"stackDomainAdminPassword", "not-a-real-password"}})});
  const std::string volumes = kubectl().namespace_name();
  offer_volumes(broker_claims(3), "2Gi", volumes);
  json::Value cluster = sample_cluster("heat", json::Value::object());
  cluster["spec"]["broker"] = {
      {"managed",
       {{"replicas", 3},
        {"storage", {{"size", "2048Mi"}, {"storageClassName", volumes}, {"whenDeleted", "Retain"}}},
        {"resources", {{"limits", {{"memory", "2048Mi"}}}}}}}};
  cluster["spec"]["images"]["rabbitmq"] = {{"image", "example.com/rabbitmq:4"}};
  cluster["spec"]["identity"] = {
      {"keystone", {{"authURL", "https://keystone.example.org/v3"}, {"secretName", "heat-keystone"}}}};
  kubectl().apply(cluster);
  ASSERT_TRUE(becomes_ready());
  ASSERT_TRUE(falls_silent());
  const double writes = heat_operator().writes();
  const auto before = applied(everything());
  ASSERT_TRUE(heat_operator().does_passes(2));
  EXPECT_EQ(heat_operator().writes(), writes);
  EXPECT_EQ(applied(everything()), before);
}

// Guards those above: they prove nothing of a kind that is not there.
TEST_F(CanonicalFormTest, EveryKindIsAmongWhatIsCompared) {
  bring_up();
  std::set<std::string> kinds;
  for (const json::Value& object : everything()) {
    for (const json::Value& manager : object.at("metadata").value("managedFields", json::Value::array())) {
      if (manager.at("manager") == "heat-operator" && manager.at("operation") == "Apply") {
        kinds.insert(object.at("kind").get<std::string>());
      }
    }
  }
  EXPECT_EQ(kinds,
            (std::set<std::string>{"ConfigMap", "CronJob", "Deployment", "HeatCluster", "Job", "NetworkPolicy",
                                   "PodDisruptionBudget", "Secret", "Service", "ServiceAccount", "StatefulSet"}));
}

}  // namespace
}  // namespace integration
