// SIGTERM ends the operator in good order, whatever it is doing.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class ShutdownTest : public OperatorTest {
 protected:
  static constexpr int crowd = 12;

  void apply_crowd() {
    Objects objects{sample_secret("heat-db"), sample_secret("heat-broker")};
    for (int i = 0; i < crowd; ++i)
      objects.push_back(sample_cluster("heat-" + std::to_string(i), {{"engine", {{"replicas", 0}}}}));
    kubectl().apply(objects);
  }
  AssertionResult crowd_becomes_ready() {
    const Finished waited = kubectl().run({"wait", "--for=condition=Ready", "hc", "--all", "--timeout=60s"});
    if (waited.exit_code == 0) return AssertionSuccess();
    return AssertionFailure() << waited.text();
  }
};

TEST_F(ShutdownTest, WhileWorkIsGoingOnItEndsWithZeroWithinFiveSeconds) {
  kubectl().apply(Objects{sample_secret("heat-db"), sample_secret("heat-broker")});
  const double writes = heat_operator().writes();
  apply_crowd();
  ASSERT_TRUE(wait_until([&] { return heat_operator().writes() > writes; })) << "it has not begun to work";
  EXPECT_EQ(heat_operator().stop(Duration(5'000)), 0);
  EXPECT_TRUE(contains(heat_operator().log(), {"stopping", "stopped"}));

  restart_operator();
  EXPECT_TRUE(crowd_becomes_ready());
}

TEST_F(ShutdownTest, IdleItEndsWithinASecondOrTwo) {
  bring_up();
  EXPECT_EQ(heat_operator().stop(Duration(2'000)), 0);
}

TEST_F(ShutdownTest, WhileTheServerIsAwayItEndsToo) {
  start_operator(plane().kubeconfig_to("https://127.0.0.1:1"));
  ASSERT_TRUE(wait_until([&] { return heat_operator().health("/healthz").status == 200; }));
  EXPECT_EQ(heat_operator().stop(Duration(5'000)), 0);
}

TEST_F(ShutdownTest, TheNextStartWritesNothing) {
  apply_crowd();
  ASSERT_TRUE(crowd_becomes_ready());
  ASSERT_TRUE(falls_silent(crowd));
  restart_operator();
  ASSERT_TRUE(heat_operator().does_passes(2 * crowd));
  EXPECT_EQ(heat_operator().writes(), 0);
}

}  // namespace
}  // namespace integration
