// What the schema cannot refuse: it is told where people look, and what runs goes on running.
#include "base/base64.h"
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

// What each character does to INI, to a URL, to JSON and to Erlang is the unit tests' business (hostile_test): here,
// that the API server and the whole way do not change it.
TEST_F(BadInputTest, AHostilePasswordIsAValueAndNothingMore) {
  const std::string hostile = "p%(x)s;\"[DEFAULT]'#${y}\\ <<>>}]. q";
  kubectl().apply(Objects{sample_secret("heat-db"),
                          secret("heat-broker", {{"username", "heat"}, {"password", hostile}}), sample_cluster()});
  ASSERT_TRUE(becomes_ready());
  const std::string text =
      base::base64_decode(text_at(kubectl().get("secret", "heat-credentials"), "/data/credentials.conf")).value_or("");
  // RFC 3986, and `$` as oslo.config wants it.
  EXPECT_TRUE(
      contains(text, {"transport_url = rabbit://heat:p%25%28x%29s%3B%22%5BDEFAULT%5D%27%23%24%7By%7D%5C%20%3C%3C"
                      "%3E%3E%7D%5D.%20q@rabbitmq.example:5672/"}));
}

TEST_F(BadInputTest, APasswordOfTwoLinesIsRefusedAndNothingIsMade) {
  kubectl().apply(Objects{sample_secret("heat-db"),
                          secret("heat-broker", {{"username", "heat"}, {"password", "not-a-real-password\n[DEFAULT]"}}),
                          sample_cluster()});
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"spec.broker.external.credentialsSecret", "password"}));
  EXPECT_FALSE(kubectl().find("statefulset", engine));
}

TEST_F(BadInputTest, ASectionOutOfPlaceInAnOverrideIsRefusedAndWhatRunsGoesOn) {
  bring_up();
  const std::string applied = engine_as_applied();
  const auto pods = uids(engine_pods());
  patch_spec({{"config", {{"heat", "[DEFAULT\ndebug = true\n"}}}});
  EXPECT_TRUE(condition_becomes("ConfigValid", "False", {"spec.config.heat", "line 1"}));
  expect_untouched(pods, applied);
}

}  // namespace
}  // namespace integration
