#include "base/clock.h"

#include <gtest/gtest.h>

namespace base {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

const system_clock::time_point at{seconds(1'769'860'800) + microseconds(123'456)};  // 2026-01-31T12:00:00.123456Z

TEST(Clock, WritesWholeSecondsForPeople) { EXPECT_EQ(rfc3339(at), "2026-01-31T12:00:00Z"); }

TEST(Clock, WritesMicrosecondsForLeases) { EXPECT_EQ(rfc3339_micro(at), "2026-01-31T12:00:00.123456Z"); }

TEST(Clock, ReadsWhatItWrites) {
  EXPECT_EQ(parse_rfc3339(rfc3339(at)), at - microseconds(123'456));
  EXPECT_EQ(parse_rfc3339(rfc3339_micro(at)), at);
}

TEST(Clock, ReadsFractionsOfAnyLength) {
  EXPECT_EQ(parse_rfc3339("2026-01-31T12:00:00.5Z") - parse_rfc3339("2026-01-31T12:00:00Z"), microseconds(500'000));
  EXPECT_EQ(parse_rfc3339("2026-01-31T12:00:00.123456789Z"), at);
}

TEST(Clock, GivesTheEpochForWhatIsNoTime) {
  EXPECT_EQ(parse_rfc3339(""), system_clock::time_point{});
  EXPECT_EQ(parse_rfc3339("tomorrow"), system_clock::time_point{});
}

TEST(SystemClock, DoesNotGoBack) {
  const SystemClock clock;
  const auto before = clock.now();
  EXPECT_GE(clock.now(), before);
}

}  // namespace
}  // namespace base
