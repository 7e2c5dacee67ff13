#include "reconcile/publish_status.h"

#include <gtest/gtest.h>

namespace {

using json::Value;
using reconcile::agrees;

TEST(StatusAgrees, WhereEveryFieldOfOursHasOurValue) {
  const Value ours = {{"observedGeneration", 3}, {"engine", {{"replicas", 2}}}};
  const Value live = {{"observedGeneration", 3}, {"engine", {{"replicas", 2}, {"foreign", true}}}, {"extra", "x"}};
  EXPECT_TRUE(agrees(ours, live));
}

TEST(StatusAgrees, NotWhereAValueDiffers) {
  EXPECT_FALSE(agrees({{"observedGeneration", 3}}, {{"observedGeneration", 2}}));
}

TEST(StatusAgrees, NotWithoutAStatus) { EXPECT_FALSE(agrees({{"observedGeneration", 3}}, Value())); }

TEST(StatusAgrees, ConditionsAreComparedByTypeWhateverTheirOrder) {
  const Value ready = {{"type", "Ready"}, {"status", "True"}};
  const Value stalled = {{"type", "Stalled"}, {"status", "False"}};
  const Value foreign = {{"type", "Backup"}, {"status", "True"}};
  EXPECT_TRUE(agrees({{"conditions", {ready, stalled}}}, {{"conditions", {foreign, stalled, ready}}}));
}

TEST(StatusAgrees, NotWhereAConditionIsMissingOrDiffers) {
  const Value ready = {{"type", "Ready"}, {"status", "True"}};
  const Value not_ready = {{"type", "Ready"}, {"status", "False"}};
  EXPECT_FALSE(agrees({{"conditions", {ready}}}, {{"conditions", Value::array()}}));
  EXPECT_FALSE(agrees({{"conditions", {ready}}}, {{"conditions", {not_ready}}}));
}

}  // namespace
