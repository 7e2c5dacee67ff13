// A password changes while engines run.
#include "fixture.h"
#include "sample.h"

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

}  // namespace
}  // namespace integration
