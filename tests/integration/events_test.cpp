// What was done and why, as `kubectl events` shows it.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class EventsTest : public OperatorTest {
 protected:
  AssertionResult tells(const std::vector<std::string>& words) {
    return wait_until([&] { return contains(kubectl().succeed({"events", "--for", "hc/heat"}), words); });
  }
};

TEST_F(EventsTest, TheDatabaseIsTold) {
  bring_up();
  EXPECT_TRUE(tells({"DatabaseSynced"}));
}

TEST_F(EventsTest, ScalingOutAndInAreTold) {
  bring_up();
  kubectl().succeed({"scale", "hc/heat", "--replicas=4"});
  EXPECT_TRUE(tells({"ScalingOut"}));
  ASSERT_TRUE(becomes_ready());
  kubectl().succeed({"scale", "hc/heat", "--replicas=1"});
  EXPECT_TRUE(tells({"ScalingIn"}));
}

TEST_F(EventsTest, AChangedConfigurationIsTold) {
  bring_up();
  patch_spec({{"engine", {{"workers", 5}}}});
  EXPECT_TRUE(tells({"ConfigChanged"}));
}

TEST_F(EventsTest, WhatBlocksIsTold) {
  kubectl().apply(sample_cluster());
  EXPECT_TRUE(tells({"Warning", "Blocked", "spec.database.secretName"}));
}

TEST_F(EventsTest, WhatHappensAgainIsASeriesOfOneEvent) {
  const auto blocked = [&] {
    Objects found;
    for (const json::Value& event : kubectl().list("events.events.k8s.io")) {
      if (json::string_at(event, "/reason") == "Blocked") found.push_back(event);
    }
    return found;
  };
  kubectl().apply(Objects{sample_secret("heat-broker"), sample_cluster()});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False"));
  ASSERT_TRUE(wait_until([&] { return blocked().size() == 1; }));
  kubectl().apply(sample_secret("heat-db"));
  ASSERT_TRUE(becomes_ready());
  kubectl().succeed({"delete", "secret", "heat-db"});
  ASSERT_TRUE(condition_becomes("ConfigValid", "False"));
  EXPECT_TRUE(wait_until([&]() -> AssertionResult {
    const Objects found = blocked();
    if (found.size() == 1 && json::integer_at(found[0], "/series/count") == 2) return AssertionSuccess();
    return AssertionFailure() << json::Value(found).dump(1);
  }));
}

TEST_F(EventsTest, APassThatChangesNothingTellsNothing) {
  bring_up();
  ASSERT_TRUE(heat_operator().does_passes(2));
  const std::size_t events = kubectl().list("events.events.k8s.io").size();
  ASSERT_TRUE(heat_operator().does_passes(2));
  EXPECT_EQ(kubectl().list("events.events.k8s.io").size(), events);
}

TEST_F(EventsTest, TheyNameTheOperatorAndTheHeatCluster) {
  const json::Value cluster = bring_up();
  ASSERT_TRUE(tells({"DatabaseSynced"}));
  for (const json::Value& event : kubectl().list("events.events.k8s.io")) {
    if (json::string_at(event, "/regarding/kind") != "HeatCluster") continue;
    EXPECT_EQ(json::string_at(event, "/reportingController"), "heat-operator");
    EXPECT_EQ(json::string_at(event, "/regarding/uid"), uid_of(cluster));
    EXPECT_FALSE(json::string_at(event, "/action").empty());
    EXPECT_LE(json::string_at(event, "/note").size(), 1024U);
  }
}

}  // namespace
}  // namespace integration
