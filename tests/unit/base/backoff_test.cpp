#include "base/backoff.h"

#include <gtest/gtest.h>

#include "fake_clock.h"

namespace base {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Backoff::Settings exact{milliseconds(800), seconds(30), 2.0, 0.0, minutes(2)};

TEST(Backoff, DoublesUpToItsCap) {
  FakeClock clock;
  Backoff backoff(clock, exact, 1);
  for (const int expected : {800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}) {
    EXPECT_EQ(backoff.next().count(), expected);
  }
}

TEST(Backoff, StartsAnewAfterSuccess) {
  FakeClock clock;
  Backoff backoff(clock, exact, 1);
  backoff.next();
  backoff.next();
  backoff.reset();
  EXPECT_EQ(backoff.next(), milliseconds(800));
}

TEST(Backoff, StartsAnewAfterAQuietTime) {
  FakeClock clock;
  Backoff backoff(clock, exact, 1);
  backoff.next();
  clock.advance(minutes(2) + milliseconds(1));
  EXPECT_EQ(backoff.next(), milliseconds(800));
}

TEST(Backoff, GoesOnWhileFailuresAreClose) {
  FakeClock clock;
  Backoff backoff(clock, exact, 1);
  backoff.next();
  clock.advance(minutes(2));
  EXPECT_EQ(backoff.next(), milliseconds(1600));
}

TEST(Backoff, SpreadsBetweenOnceAndTwiceTheDelay) {
  FakeClock clock;
  Backoff::Settings settings = exact;
  settings.jitter = 1.0;
  settings.factor = 1.0;
  Backoff backoff(clock, settings, 7);
  bool differ = false;
  const Duration first = backoff.next();
  for (int i = 0; i < 100; ++i) {
    const Duration delay = backoff.next();
    EXPECT_GE(delay, milliseconds(800));
    EXPECT_LE(delay, milliseconds(1600));
    differ = differ || delay != first;
  }
  EXPECT_TRUE(differ);
}

}  // namespace
}  // namespace base
