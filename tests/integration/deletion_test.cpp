// A HeatCluster goes, and perhaps another of its name comes.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class DeletionTest : public OperatorTest {
 protected:
  AssertionResult only_the_key_is_left() {
    return wait_until([&]() -> AssertionResult {
      const Objects left = children();
      if (left.size() == 1 && name_of(left.front()) == "heat-encryption-key" && engine_pods().empty()) {
        return AssertionSuccess();
      }
      AssertionResult result = AssertionFailure() << "left:";
      for (const json::Value& object : left)
        result << " " << json::string_at(object, "/kind") << "/" << name_of(object);
      return result;
    });
  }
};

TEST_F(DeletionTest, TakesAllChildrenButTheEncryptionKey) {
  bring_up();
  kubectl().succeed({"delete", "hc", "heat"});
  EXPECT_TRUE(only_the_key_is_left());
}

TEST_F(DeletionTest, LeavesTheUsersSecretsAlone) {
  bring_up();
  kubectl().succeed({"delete", "hc", "heat"});
  ASSERT_TRUE(only_the_key_is_left());
  EXPECT_TRUE(kubectl().find("secret", "heat-db"));
  EXPECT_TRUE(kubectl().find("secret", "heat-broker"));
}

TEST_F(DeletionTest, NeedsNoOperator) {
  bring_up();
  stop_operator();
  kubectl().succeed({"delete", "hc", "heat"});
  EXPECT_TRUE(only_the_key_is_left());
}

TEST_F(DeletionTest, ASuccessorTakesUpTheEncryptionKey) {
  bring_up();
  const json::Value key = kubectl().get("secret", "heat-encryption-key");
  kubectl().succeed({"delete", "hc", "heat"});
  ASSERT_TRUE(only_the_key_is_left());
  bring_up();
  const json::Value now = kubectl().get("secret", "heat-encryption-key");
  EXPECT_EQ(uid_of(now), uid_of(key));
  EXPECT_TRUE(now.at("data") == key.at("data")) << "the key has changed";
}

TEST_F(DeletionTest, ASuccessorOfTheSameNameMayComeAtOnce) {
  const std::string former = uid_of(bring_up());
  kubectl().succeed({"delete", "hc", "heat"});
  const json::Value cluster = bring_up();
  ASSERT_NE(uid_of(cluster), former);
  ASSERT_TRUE(engines_settle());
  EXPECT_TRUE(wait_until([&]() -> AssertionResult {
    for (const json::Value& child : children()) {
      const std::string owner = text_at(child, "/metadata/ownerReferences/0/uid");
      if (owner != uid_of(cluster) && name_of(child) != "heat-encryption-key")
        return AssertionFailure() << name_of(child) << " is still the former one's";
    }
    return AssertionSuccess();
  }));
  EXPECT_TRUE(becomes_ready());
}

TEST_F(DeletionTest, NothingIsMadeForOneThatIsGoing) {
  bring_up();
  kubectl().patch("hc", "heat", {{"metadata", {{"finalizers", {"example.com/hold"}}}}});
  kubectl().succeed({"delete", "hc", "heat", "--wait=false"});
  kubectl().succeed({"delete", "service", engine});
  restart_operator();
  ASSERT_TRUE(wait_until([&] { return heat_operator().metric("controller_runtime_reconcile_total") >= 1; }));
  EXPECT_FALSE(kubectl().find("service", engine));
  EXPECT_EQ(heat_operator().writes(), 0);
  kubectl().patch("hc", "heat", {{"metadata", {{"finalizers", nullptr}}}});
  EXPECT_TRUE(only_the_key_is_left());
}

// A new key would make what the database holds unreadable, without an error at start.
TEST_F(DeletionTest, ALostEncryptionKeyIsNeverReplaced) {
  bring_up();
  const auto pods = uids(engine_pods());
  kubectl().succeed({"delete", "secret", "heat-encryption-key"});
  EXPECT_TRUE(condition_becomes("Stalled", "True", {"heat-encryption-key"}));
  ASSERT_TRUE(heat_operator().does_passes(1));
  EXPECT_FALSE(kubectl().find("secret", "heat-encryption-key"));
  EXPECT_EQ(uids(engine_pods()), pods);
}

}  // namespace
}  // namespace integration
