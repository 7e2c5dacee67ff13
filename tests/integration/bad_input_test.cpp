// What the schema cannot refuse: it is told where people look, and what runs goes on running.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class BadInputTest : public OperatorTest {
 protected:
  void expect_untouched(const std::map<std::string, std::string>& pods, const std::string& applied) {
    ASSERT_TRUE(heat_operator().does_passes(1));
    EXPECT_EQ(uids(engine_pods()), pods);
    EXPECT_EQ(engine_as_applied(), applied);
  }
  // The operator's own entry in managedFields: fields and time of its last change.
  std::string engine_as_applied() {
    EXPECT_TRUE(engines_settle());
    std::string entries;
    for (const json::Value& manager : kubectl().get("statefulset", engine).at("metadata").at("managedFields")) {
      if (manager.at("manager") == "heat-operator") entries += manager.dump();
    }
    return entries;
  }
};

TEST_F(BadInputTest, AMissingSecretIsNamedWithItsFieldAndTheMend) {
  kubectl().apply(Objects{sample_secret("heat-broker"), sample_cluster()});
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"spec.database.secretName", "heat-db", "create"}));
  EXPECT_EQ(condition("Ready").status, "False");
  EXPECT_TRUE(wait_until([&] {
    return contains(kubectl().succeed({"events", "--for", "hc/heat"}), {"Warning", "heat-db"});
  }));
  EXPECT_FALSE(kubectl().find("statefulset", engine));
}

TEST_F(BadInputTest, TheMissingSecretHealsWithinSeconds) {
  kubectl().apply(Objects{sample_secret("heat-broker"), sample_cluster()});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False"));
  kubectl().apply(sample_secret("heat-db"));
  EXPECT_TRUE(becomes_ready());
  EXPECT_EQ(condition("ConfigValid").status, "True");
}

TEST_F(BadInputTest, TwoMistakesAreToldTogether) {
  kubectl().apply(sample_cluster());
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"spec.database.secretName", "credentialsSecret"}));
}

TEST_F(BadInputTest, AMalformedSecretIsToldWithoutItsContent) {
  const std::string canary = "canary-7b1e5d";
  kubectl().apply(Objects{secret("heat-db", {{"connection", canary}}), sample_secret("heat-broker"), sample_cluster()});
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"heat-db", "connection"}));
  EXPECT_EQ(heat_cluster().dump().find(canary), std::string::npos) << "the status tells the Secret's content";
  EXPECT_EQ(heat_operator().log().find(canary), std::string::npos) << "the log tells the Secret's content";
}

TEST_F(BadInputTest, AMissingKeyIsNamed) {
  kubectl().apply(Objects{secret("heat-db", {{"host", "db"}, {"username", "heat"}}), sample_secret("heat-broker"),
                          sample_cluster()});
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"heat-db", "password"}));
}

TEST_F(BadInputTest, EnginesGoOnWhenTheirSecretIsDeleted) {
  bring_up();
  const std::string applied = engine_as_applied();
  const auto pods = uids(engine_pods());
  kubectl().succeed({"delete", "secret", "heat-broker"});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False", {"credentialsSecret"}));
  expect_untouched(pods, applied);

  kubectl().apply(sample_secret("heat-broker"));
  EXPECT_TRUE(condition_becomes("ConfigValid", "True"));
  expect_untouched(pods, applied);
}

TEST_F(BadInputTest, EnginesGoOnWhenTheSpecNamesASecretThatIsNotThere) {
  bring_up();
  const std::string applied = engine_as_applied();
  const auto pods = uids(engine_pods());
  patch_spec({{"database", {{"secretName", "elsewhere"}}}, {"engine", {{"replicas", 4}}}});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False", {"spec.database.secretName", "elsewhere"}));
  expect_untouched(pods, applied);

  patch_spec({{"database", {{"secretName", "heat-db"}}}, {"engine", {{"replicas", 2}}}});
  ASSERT_TRUE(becomes_ready());
  expect_untouched(pods, applied);
}

}  // namespace
}  // namespace integration
