// Passwords are in Secrets and nowhere else.
#include <sstream>

#include "base/base64.h"
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

constexpr const char* database_canary = "db-canary-Zk3v9Q";
constexpr const char* broker_canary = "mq-canary-Xp7w2R";

class SecrecyTest : public OperatorTest {
 protected:
  void bring_up_with_canaries() {
    kubectl().apply(
        Objects{secret("heat-db",
                       {{"connection", std::string("mysql+pymysql://heat:") + database_canary + "@db.example/heat"}}),
                secret("heat-broker", {{"username", "heat"}, {"password", broker_canary}}), sample_cluster()});
    ASSERT_TRUE(becomes_ready());
    patch_spec({{"engine", {{"workers", 3}, {"replicas", 3}}}});
    ASSERT_TRUE(becomes_ready());
  }

  // All kinds that can be listed, but Secrets.
  std::string listable_kinds() {
    std::istringstream lines(kubectl().succeed({"api-resources", "--namespaced", "--verbs=list", "--output=name"}));
    std::string kinds;
    for (std::string kind; std::getline(lines, kind);) {
      if (kind != "secrets") kinds += (kinds.empty() ? "" : ",") + kind;
    }
    return kinds;
  }

  void expect_clean(const std::string& where, const std::string& text) {
    ASSERT_FALSE(text.empty()) << where;
    for (const std::string canary : {database_canary, broker_canary}) {
      EXPECT_EQ(text.find(canary), std::string::npos) << where << " tells a password";
      EXPECT_EQ(text.find(base::base64_encode(canary)), std::string::npos) << where << " tells a password in base64";
    }
  }
};

TEST_F(SecrecyTest, NoObjectButSecretsHoldsAPassword) {
  bring_up_with_canaries();
  const std::string objects = kubectl().succeed({"get", listable_kinds(), "--output", "yaml", "--show-managed-fields"});
  EXPECT_TRUE(contains(objects, {"kind: StatefulSet", "kind: ConfigMap", "kind: Job", "kind: HeatCluster",
                                 "kind: Event", "kind: ControllerRevision"}));
  expect_clean("an object", objects);
}

TEST_F(SecrecyTest, TheLogHoldsNoPassword) {
  restart_operator({"--log-level", "debug"});
  bring_up_with_canaries();
  expect_clean("the log", heat_operator().log());
}

TEST_F(SecrecyTest, TheMetricsHoldNoPassword) {
  bring_up_with_canaries();
  expect_clean("the metrics page", heat_operator().metrics_page());
}

TEST_F(SecrecyTest, TheCredentialsReachHeatByASecret) {
  bring_up_with_canaries();
  const json::Value credentials = kubectl().get("secret", "heat-credentials");
  std::string content;
  for (const auto& [key, value] : credentials.at("data").items())
    content += base::base64_decode(value.get<std::string>()).value_or("");
  EXPECT_NE(content.find(database_canary), std::string::npos);
  EXPECT_NE(content.find(broker_canary), std::string::npos);
}

}  // namespace
}  // namespace integration
