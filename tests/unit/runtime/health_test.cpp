#include "runtime/health.h"

#include <gtest/gtest.h>

namespace {

TEST(Health, IsWellWithoutChecks) {
  const runtime::Health health;
  EXPECT_EQ(health.readyz().status, 200);
  EXPECT_EQ(health.healthz().body, "healthz check passed\n");
}

TEST(Health, NamesEachCheckAndWhatIsWrong) {
  runtime::Health health;
  health.add_readiness("caches", [] { return std::string("no answer yet"); });
  health.add_readiness("lease", [] { return std::string(); });
  EXPECT_EQ(health.readyz().status, 503);
  EXPECT_EQ(health.readyz().body, "[-]caches failed: no answer yet\n[+]lease ok\nreadyz check failed\n");
}

TEST(Health, KeepsReadinessAndLivenessApart) {
  runtime::Health health;
  health.add_liveness("loops", [] { return std::string("stuck"); });
  EXPECT_EQ(health.readyz().status, 200);
  EXPECT_EQ(health.healthz().status, 503);
}

}  // namespace
