// The pages that monitoring reads.
#include "fixture.h"
#include "sample.h"

namespace integration {
namespace {

using MetricsTest = OperatorTest;

TEST_F(MetricsTest, HaveTheNamesThatDashboardsKnow) {
  bring_up();
  const std::string page = heat_operator().metrics_page();
  EXPECT_TRUE(contains(
      page, {"controller_runtime_reconcile_total{controller=\"heatcluster\",result=\"success\"}",
             "controller_runtime_reconcile_errors_total", "controller_runtime_reconcile_time_seconds_bucket",
             "controller_runtime_max_concurrent_reconciles", "controller_runtime_active_workers", "workqueue_depth",
             "workqueue_adds_total", "workqueue_retries_total", "workqueue_queue_duration_seconds_bucket",
             "workqueue_work_duration_seconds_bucket", "rest_client_requests_total{", "method=\"PATCH\""}));
}

TEST_F(MetricsTest, CountPassesAndWrites) {
  bring_up();
  EXPECT_GE(heat_operator().metric("controller_runtime_reconcile_total"), 1);
  EXPECT_GE(heat_operator().metric("rest_client_requests_total", "method=\"PATCH\""), 6);
  EXPECT_EQ(heat_operator().metric("controller_runtime_reconcile_panics_total"), 0);
}

TEST_F(MetricsTest, AFirstBringUpMeetsNoError) {
  bring_up();
  EXPECT_EQ(heat_operator().metric("controller_runtime_reconcile_errors_total"), 0) << heat_operator().log();
}

TEST_F(MetricsTest, HealthPagesNameTheirChecks) {
  for (const char* path : {"/healthz", "/readyz"}) {
    const Page page = heat_operator().health(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_TRUE(contains(page.body, {"[+]"})) << path;
  }
  EXPECT_EQ(heat_operator().health("/nothing").status, 404);
}

TEST_F(MetricsTest, TheLogIsOneJsonObjectALine) {
  bring_up();
  for (const json::Value& entry : heat_operator().log_entries()) {
    ASSERT_TRUE(entry.is_object()) << heat_operator().log();
    for (const char* key : {"level", "msg", "ts"}) EXPECT_TRUE(entry.contains(key)) << key << " in " << entry.dump();
  }
}

}  // namespace
}  // namespace integration
