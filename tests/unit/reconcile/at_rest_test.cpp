// A HeatCluster that has come to rest costs a look at its Secrets, from the very pass on that says so in its status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kept_world.h"

namespace {

using ::testing::Contains;
using ::testing::EndsWith;
using ::testing::Not;

class AtRestTest : public ::testing::Test, protected KeptWorld {};

TEST_F(AtRestTest, ThePassThatSaysReadyIsTheLastThatComputes) {
  bring_up();
  ASSERT_EQ(condition("Ready"), "True") << objects.at("heatclusters/heat").dump(2);
  const auto asked = pass();
  EXPECT_THAT(asked, Contains(EndsWith("/secrets/db")));
  EXPECT_THAT(asked, Not(Contains(EndsWith("/secrets/heat-credentials"))));
}

// The answer to the status holds the edit too.
TEST_F(AtRestTest, AnEditThatIsThereBeforeTheStatusIsActedOn) {
  before_ready = [this] {
    json::Value& cluster = objects.at("heatclusters/heat");
    cluster["spec"]["engine"]["replicas"] = 5;
    cluster["metadata"]["generation"] = 2;
  };
  bring_up();
  ASSERT_FALSE(before_ready);
  (void)pass();
  EXPECT_EQ(objects.at("statefulsets/heat-engine").at("spec").at("replicas"), 5);
}

// It stands in the API server, and the store has the status of before: which fits again.
TEST_F(AtRestTest, AStatusWhoseWriteGotNoAnswerIsWrittenAgain) {
  bring_up();
  json::Value engine = objects.at("statefulsets/heat-engine");
  engine["status"]["replicas"] = 3;
  keep("statefulsets", engine);
  loses_answer = true;
  (void)pass();
  ASSERT_EQ(condition("Reconciling"), "True");
  engine["status"]["replicas"] = 2;
  keep("statefulsets", engine);
  (void)pass();
  EXPECT_EQ(condition("Reconciling"), "False");
}

}  // namespace
