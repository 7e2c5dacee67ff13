#include "base/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace base {
namespace {

using testing::HasSubstr;

TEST(Metrics, StartsACounterAtZero) {
  Metrics metrics;
  metrics.counter("things_total", "Things.", {{"kind", "a"}});
  EXPECT_THAT(metrics.text(), HasSubstr("things_total{kind=\"a\"} 0"));
}

TEST(Metrics, FindsASeriesAgain) {
  Metrics metrics;
  metrics.counter("things_total", "Things.", {{"kind", "a"}}).Increment();
  metrics.counter("things_total", "Things.", {{"kind", "b"}}).Increment();
  metrics.counter("things_total", "Things.", {{"kind", "a"}}).Increment();
  EXPECT_THAT(metrics.text(), HasSubstr("things_total{kind=\"a\"} 2"));
  EXPECT_THAT(metrics.text(), HasSubstr("things_total{kind=\"b\"} 1"));
}

TEST(Metrics, WritesHistogramsWithTheirBuckets) {
  Metrics metrics;
  metrics.histogram("seconds", "Seconds.", {}, {0.1, 1}).Observe(0.5);
  EXPECT_THAT(metrics.text(), HasSubstr("seconds_bucket{le=\"0.1\"} 0"));
  EXPECT_THAT(metrics.text(), HasSubstr("seconds_bucket{le=\"1\"} 1"));
}

}  // namespace
}  // namespace base
