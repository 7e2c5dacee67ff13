// Passwords are in Secrets and nowhere else: given ones and those that the operator makes, in a life with every kind of
// trouble.
#include <sstream>

#include "base/base64.h"
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

using Canaries = std::map<std::string, std::string>;  // what it is → the password

// With characters that the text of each configuration writes in a way of its own.
const Canaries given = {
    {"the database's password", "db-canary-Zk3v9Q%b"},
    {"the database's password after a change", "db-canary-Later5%x"},
    {"the external broker's password", "mq-canary-Xp7w2R;a"},
    {"the external broker's password after a change", "mq-canary-Later8;y"},
    {"Keystone's password", "ks-canary-Hq4n8T#c"},
    {"the stack domain admin's password", "sd-canary-Mw6b1Y[d"},
    {"the encryption key", "ek-canary-0123456789abcdefghijkl"},
    {"a password that is refused", "no-canary-Wd2j7K\nx"},
};

json::Value database(const std::string& password) {
  return secret(
      "heat-db",
      {{"host", "db.example"}, {"port", "3306"}, {"database", "heat"}, {"username", "heat"}, {"password", password}});
}
json::Value broker(const std::string& password) {
  return secret("heat-broker", {{"username", "heat"}, {"password", password}});
}

std::string decoded(const json::Value& secret, const std::string& key) {
  return base::base64_decode(secret.at("data").at(key).get<std::string>()).value_or("");
}

// As it looks inside base64 of a longer text, whatever stands before it: once for each of the three alignments, without
// the characters that neighbours take part in.
std::vector<std::string> inside_base64(const std::string& text) {
  std::vector<std::string> forms;
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string encoded = base::base64_encode(std::string(before, 'x') + text);
    const std::size_t first = before == 0 ? 0 : before + 1;
    const std::size_t whole = (before + text.size()) / 3 * 4;
    forms.push_back(encoded.substr(first, whole - first));
  }
  return forms;
}

class SecrecyTest : public OperatorTest {
 protected:
  void SetUp() override {
    NamespaceTest::SetUp();
    restart_operator({"--log-level", "debug", "--image-rabbitmq", "localhost/rabbitmq:4.3"});
  }

  // "heat" has everything given, "own" a broker and a key of its own.
  void live_a_life() {
    offer_volumes({"data-own-broker-0"}, "1Gi");
    kubectl().apply(Objects{
        database(given.at("the database's password")), broker(given.at("the external broker's password")),
        secret("heat-key", {{"key", given.at("the encryption key")}}),
        secret("heat-keystone", {{"username", "heat"},
                                 {"password", given.at("Keystone's password")},
                                 {"stackDomainAdmin", "admin"},
                                 {"stackDomainAdminPassword", given.at("the stack domain admin's password")}}),
        sample_cluster(
            "heat",
            {{"encryptionKey", {{"secretName", "heat-key"}}},
             {"identity",
              {{"noauth", nullptr},
               {"keystone", {{"authURL", "https://keystone.example.org/v3"}, {"secretName", "heat-keystone"}}}}}}),
        sample_cluster(
            "own",
            {{"broker", {{"external", nullptr}, {"managed", {{"replicas", 1}, {"storage", {{"size", "1Gi"}}}}}}}})});
    ASSERT_TRUE(becomes_ready());
    ASSERT_TRUE(becomes_ready("own"));
    patch_spec({{"engine", {{"workers", 3}, {"replicas", 3}}}});
    ASSERT_TRUE(becomes_ready());
    ASSERT_NO_FATAL_FAILURE(meet_trouble());
    ASSERT_NO_FATAL_FAILURE(note_generated());
  }

  // Changes, refusals and failures: whoever explains one might quote what it is about.
  void meet_trouble() {
    kubectl().apply(database(given.at("a password that is refused")));
    ASSERT_TRUE(condition_becomes("ConfigValid", "False", {"heat-db"}));
    kubectl().apply(database(given.at("the database's password after a change")));
    kubectl().apply(broker(given.at("the external broker's password after a change")));
    ASSERT_TRUE(condition_becomes("ConfigValid", "True"));
    kubectl().succeed({"delete", "secret", "heat-credentials"});
    ASSERT_TRUE(wait_until([&] { return kubectl().find("secret", "heat-credentials").has_value(); }, 2 * patience));
    ASSERT_TRUE(becomes_ready("heat", 3 * patience));
  }

  // The operator's own Secrets, read before they can go.
  void note_generated() {
    const json::Value credentials = kubectl().get("secret", "own-credentials");
    canaries_["the broker's own password"] = decoded(credentials, "broker-password");
    canaries_["the Erlang cookie"] = decoded(credentials, "erlang.cookie");
    canaries_["the generated encryption key"] = decoded(kubectl().get("secret", "own-encryption-key"), "key");
    for (const auto& [what, password] : canaries_) ASSERT_GE(password.size(), 12U) << what;
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
    for (const auto& [what, password] : canaries_) {
      // Without its last character, which may be written otherwise.
      const std::string core = password.substr(0, password.find_first_of("%;#[\n"));
      EXPECT_EQ(text.find(core), std::string::npos) << where << " tells " << what;
      for (const std::string& form : inside_base64(core)) {
        EXPECT_EQ(text.find(form), std::string::npos) << where << " tells " << what << " in base64";
      }
    }
  }

 private:
  Canaries canaries_ = given;
};

TEST_F(SecrecyTest, NoObjectButSecretsNorLogNorMetricsTellAPassword) {
  ASSERT_NO_FATAL_FAILURE(live_a_life());
  // Names, arguments, environments, annotations, statuses, Events, what others remember of an apply.
  const std::string objects = kubectl().succeed({"get", listable_kinds(), "--output", "json", "--show-managed-fields"});
  EXPECT_TRUE(contains(objects, {"\"StatefulSet\"", "\"ConfigMap\"", "\"Job\"", "\"HeatCluster\"", "\"Event\"",
                                 "\"Pod\"", "\"ControllerRevision\"", "\"CronJob\"", "\"Deployment\"", "\"Lease\""}));
  expect_clean("an object", objects);
  EXPECT_TRUE(contains(heat_operator().log(), {"\"debug\"", "heat-db"}));
  expect_clean("the log", heat_operator().log());
  expect_clean("the metrics page", heat_operator().metrics_page());
  expect_clean("the health page", heat_operator().health("/readyz").body);
}

// Or the test above would prove nothing.
TEST_F(SecrecyTest, TheCredentialsReachHeatByASecret) {
  kubectl().apply(Objects{database("db-canary-Zk3v9Q"), broker("mq-canary-Xp7w2R"), sample_cluster()});
  ASSERT_TRUE(becomes_ready());
  const json::Value credentials = kubectl().get("secret", "heat-credentials");
  std::string content;
  for (const auto& [key, value] : credentials.at("data").items())
    content += base::base64_decode(value.get<std::string>()).value_or("");
  EXPECT_TRUE(contains(content, {"db-canary-Zk3v9Q", "mq-canary-Xp7w2R"}));
}

}  // namespace
}  // namespace integration
