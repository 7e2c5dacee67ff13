// A password changes while engines run.
#include <gmock/gmock.h>

#include <set>

#include "fixture.h"
#include "sample.h"
#include "watch.h"

namespace integration {
namespace {

class RotationTest : public OperatorTest {
 protected:
  json::Value template_annotations() {
    return kubectl()
        .get("statefulset", engine)
        .at("spec")
        .at("template")
        .at("metadata")
        .value("annotations", json::Value());
  }
  // A Job tries it first; then the template gets another annotation and every pod is made anew.
  void expect_rolled_by(const json::Value& changed) {
    bring_up();
    const json::Value annotations = template_annotations();
    const auto pods = uids(engine_pods());
    const auto jobs = uids(kubectl().list("jobs"));
    kubectl().apply(changed);
    ASSERT_TRUE(wait_until([&] { return template_annotations() != annotations; }));
    ASSERT_TRUE(engines_settle());
    for (const auto& [name, uid] : uids(engine_pods())) EXPECT_NE(pods.at(name), uid) << name << " was not rolled";
    const Objects tried = kubectl().list("jobs");
    ASSERT_EQ(tried.size(), 1U) << "the former password's Job is left behind";
    EXPECT_FALSE(jobs.contains(name_of(tried.front()))) << "nobody has tried the new password";
    EXPECT_EQ(text_at(tried.front(), "/status/succeeded"), "1");
    // The APIs connect to the broker as well: their pods are replaced one after another, each with time to be known to
    // the proxies.
    EXPECT_TRUE(becomes_ready("heat", std::chrono::minutes(2)));
  }
};

TEST_F(RotationTest, ANewBrokerPasswordRollsWhatConnectsToIt) {
  expect_rolled_by(secret("heat-broker", {{"username", "heat"}, {"password", "rotated"}}));
}

TEST_F(RotationTest, ANewDatabasePasswordRollsTheEnginesOnly) {
  expect_rolled_by(secret("heat-db", {{"connection", "mysql+pymysql://heat:rotated@mariadb.example:3306/heat"}}));
}

TEST_F(RotationTest, TheSameContentWrittenAgainRollsNothing) {
  bring_up();
  ASSERT_TRUE(falls_silent());
  const double writes = heat_operator().writes();
  kubectl().succeed({"annotate", "secret", "heat-broker", "touched=yes"});
  kubectl().succeed({"annotate", "secret", "heat-db", "touched=yes"});
  ASSERT_TRUE(heat_operator().does_passes(3));
  EXPECT_EQ(heat_operator().writes(), writes);
}

// That of a broker of the HeatCluster's own, which the operator makes.
class OwnBrokerRotationTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    restart_operator({"--image-rabbitmq", "localhost/rabbitmq:4.3"});
    const json::Value storage = {{"size", "1Gi"}, {"storageClassName", kubectl().namespace_name()}};
    offer_volumes(broker_claims(1), "1Gi", kubectl().namespace_name());
    kubectl().apply(Objects{
        sample_secret("heat-db"),
        sample_cluster("heat",
                       {{"broker", {{"external", nullptr}, {"managed", {{"replicas", 1}, {"storage", storage}}}}}})});
    ASSERT_TRUE(becomes_ready());
    ASSERT_TRUE(falls_silent());
  }

  void ask_for_generation(int generation) {
    patch_spec({{"broker", {{"managed", {{"credentialsGeneration", generation}}}}}});
  }
  Objects users_jobs() { return kubectl().list("jobs", "app.kubernetes.io/component=broker-users"); }
  std::string username() {
    return json::string_at(kubectl().get("secret", "heat-credentials"), "/data/broker-username");
  }
  AssertionResult has_removed_former_users() {
    return wait_until(
        [&]() -> AssertionResult {
          const Objects jobs = users_jobs();
          if (jobs.size() == 1 && text_at(jobs.front(), "/status/succeeded") == "1") return AssertionSuccess();
          return AssertionFailure() << jobs.size() << " Jobs of broker-users";
        },
        std::chrono::minutes(3));
  }

  // When, by resourceVersion, the template of a component's workload changed, and when its pods had all followed.
  struct Rollout {
    std::int64_t begins = 0;
    std::int64_t ends = 0;
  };
  static Rollout rollout_of(const Watch& watch, const std::string& name, const std::string& old_credentials) {
    Rollout seen;
    for (const Change& change : watch.changes()) {
      const json::Value& object = change.object;
      if (name_of(object) != name || credentials_of(object) == old_credentials) continue;
      if (seen.begins == 0) seen.begins = change.version();
      const std::int64_t wanted = json::integer_at(object, "/spec/replicas");
      const bool current =
          json::integer_at(object, "/status/observedGeneration") == json::integer_at(object, "/metadata/generation");
      const bool rolled = json::integer_at(object, "/status/updatedReplicas") == wanted &&
                          json::integer_at(object, "/status/replicas") == wanted;
      if (seen.ends == 0 && current && rolled) seen.ends = change.version();
    }
    return seen;
  }
  static std::string credentials_of(const json::Value& workload) {
    return text_at(workload, "/spec/template/metadata/annotations/heat.openstack.org~1credentials");
  }
  // When the Job of that component came that was not there before.
  static std::int64_t made(const Watch& jobs, const std::string& component, const std::string& was_there) {
    for (const Change& change : jobs.changes()) {
      const json::Value& job = change.object;
      if (change.type != "ADDED" || name_of(job) == was_there) continue;
      if (text_at(job, "/metadata/labels/app.kubernetes.io~1component") == component) return change.version();
    }
    return 0;
  }
};

TEST_F(OwnBrokerRotationTest, AnotherGenerationRollsWhatLogsInAndThenRemovesTheFormerUser) {
  EXPECT_TRUE(users_jobs().empty());
  const std::string engines_before = credentials_of(kubectl().get("statefulset", engine));
  const std::string broker_before = credentials_of(kubectl().get("statefulset", "heat-broker"));
  const std::string api_before = credentials_of(kubectl().get("deployment", "heat-api"));
  const std::string cfn_before = credentials_of(kubectl().get("deployment", "heat-cfn"));
  const std::string tried_before = name_of(kubectl().list("jobs").front());
  const auto before = applied(children());
  const Watch sets(kubectl(), "statefulsets", plane().scratch("rotation-sets"));
  const Watch deployments(kubectl(), "deployments", plane().scratch("rotation-deployments"));
  const Watch jobs(kubectl(), "jobs", plane().scratch("rotation-jobs"));

  ask_for_generation(2);
  ASSERT_TRUE(has_removed_former_users());
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(falls_silent());
  EXPECT_TRUE(condition_becomes("Reconciling", "False"));

  const Rollout broker = rollout_of(sets, "heat-broker", broker_before);
  const Rollout engines = rollout_of(sets, engine, engines_before);
  const Rollout api = rollout_of(deployments, "heat-api", api_before);
  const Rollout cfn = rollout_of(deployments, "heat-cfn", cfn_before);
  const std::int64_t tried = made(jobs, "db-sync", tried_before);
  const std::int64_t removed = made(jobs, "broker-users", tried_before);
  for (const Rollout& each : {broker, engines, api, cfn}) {
    EXPECT_GT(each.begins, 0);
    EXPECT_GT(each.ends, each.begins);
    EXPECT_GT(removed, each.ends) << "a user goes who may still be needed";
  }
  EXPECT_GT(tried, broker.ends) << "a login is tried that not every node knows";
  EXPECT_GT(engines.begins, tried);
  EXPECT_GT(api.begins, engines.ends);
  EXPECT_GT(cfn.begins, engines.ends);

  EXPECT_EQ(username(), "aGVhdC0y") << "heat-2";
  std::set<std::string> changed;
  for (const auto& [name, entries] : applied(children())) {
    const auto was = before.find(name);
    if (was == before.end() || was->second != entries) changed.insert(name.substr(0, name.rfind("heat-db-sync-")));
  }
  EXPECT_THAT(changed,
              testing::ElementsAre("Deployment/heat-api", "Deployment/heat-cfn", "Job/",
                                   "Job/" + name_of(users_jobs().front()), "NetworkPolicy/heat-broker",
                                   "Secret/heat-credentials", "StatefulSet/heat-broker", "StatefulSet/heat-engine"));

  // The next one leaves nothing of this one's Jobs.
  const std::string second = name_of(users_jobs().front());
  ask_for_generation(4);
  EXPECT_TRUE(wait_until(
      [&] {
        const Objects now = users_jobs();
        return now.size() == 1 && name_of(now.front()) != second;
      },
      std::chrono::minutes(3)));
}

}  // namespace
}  // namespace integration
