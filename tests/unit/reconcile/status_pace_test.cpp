// Progress is told at a pace; what somebody waits for is told at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kept_world.h"

namespace {

using reconcile::StatusPace;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::Gt;
using ::testing::Le;
using ::testing::Not;
using Milliseconds = base::Duration;

class StatusPaceTest : public ::testing::Test, protected KeptWorld {
 protected:
  StatusPaceTest() {
    bring_up();
    set_engines(0);
    (void)pass();  // Ready turns False, and this is told
  }

  void set_engines(int ready) {
    json::Value engine = objects.at("statefulsets/heat-engine");
    engine["status"]["readyReplicas"] = ready;
    keep("statefulsets", engine);
  }
};

const auto tells = Contains("PATCH /apis/heat.openstack.org/v1alpha1/namespaces/ns/heatclusters/heat/status");

TEST_F(StatusPaceTest, ProgressWaitsUntilASecondAfterTheLastTelling) {
  set_engines(1);
  api.clock.advance(Milliseconds(100));
  EXPECT_THAT(pass_at_once(), Not(tells));
  EXPECT_EQ(outcome.kind, runtime::Outcome::Kind::after);
  EXPECT_EQ(outcome.delay, StatusPace::at_leisure - Milliseconds(100));
  api.clock.advance(outcome.delay);
  EXPECT_THAT(pass_at_once(), tells);
}

TEST_F(StatusPaceTest, ItWaitsLongerWhereOtherHeatClustersHaveWork) {
  set_engines(1);
  api.clock.advance(StatusPace::at_leisure);
  EXPECT_THAT(pass_at_once(1), Not(tells));
  EXPECT_THAT(outcome.delay, AllOf(Gt(Milliseconds(0)), Le(StatusPace::under_load)));
  api.clock.advance(outcome.delay);
  EXPECT_THAT(pass_at_once(1), tells);
}

TEST_F(StatusPaceTest, ReadyIsToldAtOnce) {
  set_engines(2);
  EXPECT_THAT(pass_at_once(1), tells);
  EXPECT_EQ(condition("Ready"), "True");
}

TEST_F(StatusPaceTest, AnotherSpecIsAnsweredAtOnce) {
  json::Value cluster = objects.at("heatclusters/heat");
  cluster["spec"]["engine"]["replicas"] = 3;
  cluster["metadata"]["generation"] = 2;
  keep("heatclusters", cluster);
  EXPECT_THAT(pass_at_once(1), tells);
  EXPECT_EQ(objects.at("heatclusters/heat").at("status").at("observedGeneration"), 2);
}

}  // namespace
