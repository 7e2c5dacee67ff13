// Engines start on a database that is ready for them, never before.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

class DatabaseGateTest : public OperatorTest {
 protected:
  // A quota of no pods keeps the Job from ever starting.
  void hold_pods() {
    kubectl().succeed({"create", "quota", "no-pods", "--hard=pods=0"});
    ASSERT_TRUE(wait_until([&] { return json::find(kubectl().get("quota", "no-pods"), "/status/hard") != nullptr; }));
  }
  void let_pods() { kubectl().succeed({"delete", "quota", "no-pods"}); }

  std::string job_name() {
    const Objects jobs = kubectl().list("jobs");
    return jobs.empty() ? "" : name_of(jobs.front());
  }

  // As the Job controller reports one that has used up its tries.
  void fail_job() {
    const json::Value condition = {{"status", "True"},
                                   {"reason", "BackoffLimitExceeded"},
                                   {"message", "Job has reached the specified backoff limit"},
                                   {"lastProbeTime", "2026-01-01T00:00:00Z"},
                                   {"lastTransitionTime", "2026-01-01T00:00:00Z"}};
    json::Value target = condition;
    json::Value failed = condition;
    target["type"] = "FailureTarget";
    failed["type"] = "Failed";
    kubectl().patch("job", job_name(), {{"status", {{"failed", 7}, {"conditions", {target, failed}}}}},
                    {"--subresource=status"});
  }
};

TEST_F(DatabaseGateTest, NoEngineBeforeTheJobIsComplete) {
  ASSERT_NO_FATAL_FAILURE(hold_pods());
  kubectl().apply(sample());
  ASSERT_TRUE(condition_becomes("DatabaseReady", "False", {"heat-db-sync-"}));
  ASSERT_TRUE(heat_operator().does_passes(2));
  EXPECT_FALSE(kubectl().find("statefulset", engine)) << "engines would start on a database that is not ready";
  EXPECT_EQ(condition("Ready").status, "False");

  let_pods();
  EXPECT_TRUE(becomes_ready());
  EXPECT_TRUE(kubectl().find("statefulset", engine));
}

TEST_F(DatabaseGateTest, TheStatefulSetIsYoungerThanTheJobsEnd) {
  bring_up();
  const std::string completed = json::string_at(kubectl().get("job", job_name()), "/status/completionTime");
  const std::string created = json::string_at(kubectl().get("statefulset", engine), "/metadata/creationTimestamp");
  ASSERT_FALSE(completed.empty());
  EXPECT_LE(completed, created);
}

TEST_F(DatabaseGateTest, OldEnginesServeWhileTheJobForAnotherImageIsHeld) {
  bring_up();
  ASSERT_NO_FATAL_FAILURE(hold_pods());
  const auto pods = uids(engine_pods());
  patch_spec({{"images", {{"heat", {{"image", "localhost/heat:2025.1-patched"}}}}}});
  ASSERT_TRUE(condition_becomes("DatabaseReady", "False"));
  ASSERT_TRUE(heat_operator().does_passes(2));
  EXPECT_EQ(uids(engine_pods()), pods);
  EXPECT_EQ(text_at(kubectl().get("statefulset", engine), "/spec/template/spec/containers/0/image"),
            "localhost/heat:2025.1");
  EXPECT_FALSE(engine_config_maps().empty()) << "running engines would restart without their configuration";
}

TEST_F(DatabaseGateTest, AFailedJobIsToldAndItsDeletionIsTheMend) {
  ASSERT_NO_FATAL_FAILURE(hold_pods());
  kubectl().apply(sample());
  ASSERT_TRUE(wait_until([&] { return !job_name().empty(); }));
  fail_job();
  EXPECT_TRUE(condition_becomes("DatabaseReady", "False", {job_name(), "delete"}));
  EXPECT_FALSE(kubectl().find("statefulset", engine));

  let_pods();
  kubectl().succeed({"delete", "job", job_name()});
  EXPECT_TRUE(becomes_ready());
}

}  // namespace
}  // namespace integration
