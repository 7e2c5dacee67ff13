// Engines that join a Heat which exists: its broker, its database, its key. Here the Heat of the other tests is the one
// that exists; devstack_test.cpp has one outside Kubernetes.
#include "joining.h"

#include "manifests.h"
#include "real_heat.h"

namespace e2e {
namespace {

constexpr const char* joined = "joined";

// One engine and nothing else. `queue_type`: quorum is what the broker has.
json::Value engines_only(const std::string& key_secret, const std::string& queue_type) {
  json::Value cluster = heat_cluster();
  cluster["metadata"]["name"] = joined;
  json::Value& spec = cluster["spec"];
  for (const char* component : {"proxy", "api", "cfn"}) spec[component]["replicas"] = 0;
  spec["engine"]["replicas"] = 1;
  const json::Value broker = {{"host", "heat-broker"}};
  spec["broker"] = {
      {"external", {{"hosts", json::Value::array({broker})}, {"credentialsSecret", {{"name", "joined-broker"}}}}},
      {"queueType", queue_type}};
  spec["encryptionKey"] = {{"secretName", key_secret}};
  return cluster;
}

class JoiningTest : public testing::Test {
 protected:
  void SetUp() override {
    // What a person would read in the other Heat's configuration.
    const json::Value theirs = heat_.kubectl().get("secret", "heat-credentials").at("data");
    json::Value login = secret("joined-broker", nullptr);
    login["data"] = {{"username", theirs.at("broker-username")}, {"password", theirs.at("broker-password")}};
    heat_.kubectl().apply(login);
    heat_.kubectl().apply(secret("another-key", {{"key", std::string(32, 'x')}}));
  }
  void TearDown() override { leaves(heat_.kubectl(), joined); }

  // The Heat that exists goes on.
  void is_refused(const std::string& reason) {
    EXPECT_TRUE(e2e::is_refused(heat_.kubectl(), joined, reason));
    EXPECT_TRUE(heat_.is_settled_and_ready());
  }

  bool is_up(const std::string& hostname) {
    for (const Service& service : api_.services()) {
      if (service.hostname == hostname && service.status == "up") return true;
    }
    return false;
  }

  RealHeat& heat_ = RealHeat::instance();
  HeatApi api_ = heat_.api();
};

TEST_F(JoiningTest, AnotherKeyIsRefused) {
  heat_.kubectl().apply(engines_only("another-key", "quorum"));
  is_refused("this encryption key does not read");
}

TEST_F(JoiningTest, AnotherTypeOfQueuesIsRefused) {
  heat_.kubectl().apply(engines_only("heat-encryption-key", "classic"));
  is_refused("set spec.broker.queueType to quorum");
}

TEST_F(JoiningTest, AnEngineTakesItsPartAndLeavesAgain) {
  heat_.kubectl().apply(engines_only("heat-encryption-key", "quorum"));
  ASSERT_TRUE(heat_.is_settled_and_ready(long_patience, joined));
  ASSERT_TRUE(integration::wait_until([&] { return is_up("joined-engine-0"); }, long_patience));
  api_.create_stack("with-a-guest", waiting_stack(12, 3));
  ASSERT_TRUE(api_.completes("with-a-guest", long_patience));
  EXPECT_TRUE(takes_part(heat_.kubectl(), joined, "with-a-guest"));

  api_.create_stack("while-it-leaves", waiting_stack(12, 3));
  EXPECT_TRUE(leaves(heat_.kubectl(), joined));
  if (nothing_is_lost()) {
    EXPECT_TRUE(api_.completes("while-it-leaves", long_patience));
  }
  EXPECT_TRUE(heat_.is_settled_and_ready());
}

}  // namespace
}  // namespace e2e
