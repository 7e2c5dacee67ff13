// Several operator processes: one works, another takes over when it ends, however it ends.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class LeaderElectionTest : public OperatorTest {
 protected:
  void SetUp() override {
    OperatorTest::SetUp();
    ASSERT_TRUE(leads(heat_operator()));
    second_ = std::make_unique<OperatorProcess>(plane().operator_binary(), plane().operator_kubeconfig(),
                                                plane().scratch("second-operator.log"), scope());
    ASSERT_TRUE(second_->becomes_ready());
  }
  void TearDown() override {
    second_.reset();
    OperatorTest::TearDown();
  }

  json::Value lease() const { return kubectl().get("lease", "heat-operator"); }
  static double master(const OperatorProcess& process) { return process.metric("leader_election_master_status"); }
  static AssertionResult leads(const OperatorProcess& process, Duration within = patience) {
    return wait_until(
        [&]() -> AssertionResult {
          if (master(process) == 1) return AssertionSuccess();
          return AssertionFailure() << "it does not lead; its log:\n" << process.log();
        },
        within);
  }
  OperatorProcess& second() { return *second_; }
  static Duration since(Monotonic begin) {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - begin);
  }

 private:
  std::unique_ptr<OperatorProcess> second_;
};

TEST_F(LeaderElectionTest, OneLeadsAndTheOtherStandsByReadyAndWritesNothing) {
  bring_up();
  EXPECT_EQ(master(heat_operator()), 1);
  EXPECT_EQ(master(second()), 0);
  EXPECT_EQ(second().health("/readyz").status, 200);
  EXPECT_EQ(second().health("/healthz").status, 200);
  EXPECT_EQ(second().all_writes(), 0) << second().log();
  EXPECT_EQ(second().metric("controller_runtime_reconcile_total"), 0);
  EXPECT_TRUE(contains(second().log(), {"standing by"}));
}

TEST_F(LeaderElectionTest, SigtermHandsOverWithinSeconds) {
  bring_up();
  const Monotonic begin = std::chrono::steady_clock::now();
  stop_operator();
  ASSERT_TRUE(leads(second()));
  // It looks each 2 to 4.4 s.
  EXPECT_LT(since(begin), Duration(7'000));
  kubectl().succeed({"scale", "hc/heat", "--replicas=3"});
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(engines_settle());
}

TEST_F(LeaderElectionTest, AfterAKillTheOtherWaitsForTheLeasesEnd) {
  bring_up();
  const Monotonic begin = std::chrono::steady_clock::now();
  heat_operator().kill();
  drop_operator();
  kubectl().succeed({"scale", "hc/heat", "--replicas=3"});
  ASSERT_TRUE(leads(second()));
  EXPECT_GT(since(begin), Duration(10'000)) << "it did not wait";
  EXPECT_LT(since(begin), Duration(24'000)) << "15 s, two looks and a busy machine";
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(engines_settle());
  EXPECT_GE(json::integer_at(lease(), "/spec/leaseTransitions"), 1);
}

TEST_F(LeaderElectionTest, WhoLosesTheLeaseEndsWithOneAndOneLine) {
  bring_up();
  kubectl().patch("lease", "heat-operator", {{"spec", {{"holderIdentity", "thief"}}}});
  ASSERT_TRUE(wait_until([&] { return heat_operator().exit_code().has_value(); }, Duration(5'000)));
  EXPECT_EQ(heat_operator().exit_code(), 1);
  int told = 0;
  for (const json::Value& entry : heat_operator().log_entries()) {
    if (entry.dump().find("the lease is lost") == std::string::npos) continue;
    ++told;
    EXPECT_TRUE(contains(entry.dump(), {"thief"}));
  }
  EXPECT_EQ(told, 1);
  drop_operator();
}

// A process that was stopped for longer than its lease lasts must not write when it goes on: what it knows is old.
TEST_F(LeaderElectionTest, WhoWasFrozenWhileTheOtherTookOverWritesNothingMore) {
  bring_up();
  heat_operator().signal(SIGSTOP);
  ASSERT_TRUE(leads(second(), Duration(40'000)));
  const auto before = applied(children());
  heat_operator().signal(SIGCONT);
  ASSERT_TRUE(wait_until([&] { return heat_operator().exit_code().has_value(); }, Duration(5'000)));
  EXPECT_EQ(heat_operator().exit_code(), 1);
  EXPECT_EQ(applied(children()), before);
  drop_operator();
}

TEST_F(LeaderElectionTest, IdleOnlyTheLeaseIsWritten) {
  bring_up();
  ASSERT_TRUE(falls_silent());
  const double writes = heat_operator().writes();
  const double renewals = heat_operator().metric("rest_client_requests_total", "method=\"PUT\"");
  ASSERT_TRUE(wait_until(
      [&] { return heat_operator().metric("rest_client_requests_total", "method=\"PUT\"") >= renewals + 3; }));
  EXPECT_EQ(heat_operator().writes(), writes);
}

}  // namespace
}  // namespace integration
