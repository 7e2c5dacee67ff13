#include "heat/duration.h"

#include <gtest/gtest.h>

namespace heat {
namespace {

using std::chrono::seconds;

TEST(Duration, ReadsEachUnitAndTheirSum) {
  EXPECT_EQ(parse_duration("90s"), seconds(90));
  EXPECT_EQ(parse_duration("10m"), seconds(600));
  EXPECT_EQ(parse_duration("1h30m"), seconds(5400));
  EXPECT_EQ(parse_duration("7d"), seconds(604800));
  EXPECT_EQ(parse_duration("1d2h3m4s"), seconds(93784));
  EXPECT_EQ(parse_duration("0s"), seconds(0));
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "10", "s", "-1s", "+1s", "1.5h", "10ms", "1m1h", "1h1h", "1w", " 1s", "1s ", "1s\n",
                           "1S", "9223372036854775807d", "99999999999999999999s", "0x10s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, TextIsTheShortestThatReadsBack) {
  EXPECT_EQ(duration_text(seconds(0)), "0s");
  EXPECT_EQ(duration_text(seconds(90)), "1m30s");
  EXPECT_EQ(duration_text(seconds(86400)), "1d");
  for (const long value : {1L, 59L, 60L, 3599L, 3600L, 86399L, 86400L, 93784L, 31536000L}) {
    EXPECT_EQ(parse_duration(duration_text(seconds(value))), seconds(value));
  }
}

}  // namespace
}  // namespace heat
