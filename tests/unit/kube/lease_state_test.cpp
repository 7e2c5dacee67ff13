#include "kube/lease_state.h"

#include <gtest/gtest.h>

namespace kube {
namespace {

using Do = LeaseState::Do;
using std::chrono::seconds;

class LeaseStateTest : public testing::Test {
 protected:
  // What next() says, and what it wants to be written.
  LeaseState::Action next() { return state.next(now); }
  void lead() {
    ASSERT_EQ(next().what, Do::read);
    state.on_missing(now);
    const auto action = next();
    ASSERT_EQ(action.what, Do::create);
    state.on_written(now, action.record, version());
    ASSERT_TRUE(state.leads(now));
  }
  std::string version() { return std::to_string(++versions); }
  LeaseRecord of(const std::string& holder, int duration = 15) const {
    return {holder, seconds(duration), "a", "r", 3};
  }

  base::Monotonic now{std::chrono::hours(1)};
  int versions = 0;
  LeaseState state{{"me"}};
};

TEST_F(LeaseStateTest, MakesALeaseThatIsMissing) {
  EXPECT_EQ(next().what, Do::read);
  EXPECT_FALSE(state.leads(now));
  state.on_missing(now);
  const auto action = next();
  EXPECT_EQ(action.what, Do::create);
  EXPECT_EQ(action.record, (LeaseRecord{"me", seconds(15), "", "", 0}));
  state.on_written(now, action.record, "1");
  EXPECT_TRUE(state.leads(now));
}

TEST_F(LeaseStateTest, RenewsWithoutReadingEachTwoSeconds) {
  lead();
  for (int i = 0; i < 20; ++i) {
    auto action = next();
    EXPECT_EQ(action.what, Do::wait);
    EXPECT_EQ(action.delay, seconds(2));
    EXPECT_FALSE(action.jitter);
    now += action.delay;
    action = next();
    EXPECT_EQ(action.what, Do::update);
    state.on_written(now, action.record, version());
    EXPECT_TRUE(state.leads(now + seconds(10) - base::Duration(1)));
    EXPECT_FALSE(state.leads(now + seconds(10)));
  }
}

TEST_F(LeaseStateTest, TheDeadlineCountsFromTheSendingOfARenewal) {
  lead();
  next();
  now += seconds(2);
  const auto action = next();
  const base::Monotonic sent = now;
  now += seconds(4);
  state.on_written(sent, action.record, version());
  EXPECT_EQ(state.write_until(), sent + seconds(10));
}

TEST_F(LeaseStateTest, WaitsWithJitterWhileAnotherHoldsIt) {
  next();
  state.on_read(now, of("other"), "7");
  const auto action = next();
  EXPECT_EQ(action.what, Do::wait);
  EXPECT_EQ(action.delay, seconds(2));
  EXPECT_TRUE(action.jitter);
  EXPECT_EQ(state.holder(), "other");
}

TEST_F(LeaseStateTest, TakesItWhenItHasNotChangedForTheHoldersDuration) {
  next();
  state.on_read(now, of("other", 20), "7");
  const base::Monotonic seen = now;
  next();
  now = seen + seconds(20) - base::Duration(1);
  EXPECT_EQ(next().what, Do::read);
  state.on_read(now, of("other", 20), "7");
  EXPECT_EQ(next().what, Do::wait);
  now = seen + seconds(20);
  EXPECT_EQ(next().what, Do::read);
  state.on_read(now, of("other", 20), "7");
  const auto action = next();
  EXPECT_EQ(action.what, Do::update);
  EXPECT_EQ(action.record.holder, "me");
  EXPECT_EQ(action.record.transitions, 4);
  EXPECT_EQ(action.record.acquire_time, "");  // for the shell: now
}

TEST_F(LeaseStateTest, ANewVersionIsASignOfLifeWhateverTheTimesSay) {
  next();
  for (int i = 0; i < 10; ++i) {
    state.on_read(now, of("other"), version());  // the same times each time: its wall clock stands still
    EXPECT_EQ(next().what, Do::wait);
    now += seconds(14);
    EXPECT_EQ(next().what, Do::read);
  }
}

TEST_F(LeaseStateTest, TakesOneThatWasGivenBackAtOnce) {
  next();
  state.on_read(now, of("", 1), "7");
  EXPECT_EQ(next().what, Do::update);
}

TEST_F(LeaseStateTest, ADeletedLeaseIsNotGivenBack) {
  next();
  state.on_read(now, of("other"), "7");
  next();
  now += seconds(2);
  next();
  state.on_missing(now);
  EXPECT_EQ(next().what, Do::wait);
  now += seconds(13);
  EXPECT_EQ(next().what, Do::read);
  state.on_missing(now);
  EXPECT_EQ(next().what, Do::create);
}

TEST_F(LeaseStateTest, TheLeaderMakesADeletedLeaseAnew) {
  lead();
  next();
  now += seconds(2);
  next();
  state.on_failed();  // 404 to the PUT
  EXPECT_EQ(next().what, Do::read);
  state.on_missing(now);
  const auto action = next();
  EXPECT_EQ(action.what, Do::create);
  state.on_written(now, action.record, version());
  EXPECT_TRUE(state.leads(now + seconds(9)));
}

TEST_F(LeaseStateTest, AFailedRenewalIsTriedTheSlowWayAtOnce) {
  lead();
  next();
  now += seconds(2);
  next();
  EXPECT_FALSE(state.on_slow_path());
  state.on_failed();
  EXPECT_EQ(next().what, Do::read);
  state.on_read(now, of("me"), "9");
  EXPECT_EQ(next().what, Do::update);
  EXPECT_TRUE(state.on_slow_path());
  state.on_failed();
  EXPECT_EQ(next().what, Do::wait);
  now += seconds(2);
  EXPECT_EQ(next().what, Do::read);
}

TEST_F(LeaseStateTest, IsLostWhenItCannotBeRenewedInTime) {
  lead();
  const base::Monotonic led = now;
  while (now < led + seconds(10)) {
    const auto action = next();
    ASSERT_NE(action.what, Do::end) << (now - led).count();
    EXPECT_TRUE(state.leads(now));
    if (action.what == Do::wait) {
      ASSERT_GT(action.delay.count(), 0);
      now += action.delay;
    } else {
      now += base::Duration(700);
      state.on_failed();
    }
  }
  EXPECT_FALSE(state.leads(now));
  EXPECT_EQ(next().what, Do::end);
  EXPECT_TRUE(state.lost());
}

TEST_F(LeaseStateTest, AWaitEndsAtTheDeadline) {
  lead();
  next();
  now += seconds(2);
  next();
  state.on_failed();
  next();
  now += base::Duration(7'500);  // the GET hung
  state.on_failed();
  const auto action = next();
  EXPECT_EQ(action.what, Do::wait);
  EXPECT_EQ(action.delay, base::Duration(500));
}

TEST_F(LeaseStateTest, IsLostAtOnceWhenAnotherHoldsIt) {
  lead();
  next();
  now += seconds(2);
  next();
  state.on_failed();
  next();
  state.on_read(now, of("other"), "9");
  EXPECT_FALSE(state.leads(now));
  EXPECT_EQ(next().what, Do::end);
  EXPECT_TRUE(state.lost());
}

TEST_F(LeaseStateTest, AnAnswerAfterTheDeadlineDoesNotMakeItLeadUnnoticed) {
  lead();
  next();
  now += seconds(2);
  next();
  now += seconds(9);  // the process stood still
  state.on_failed();
  EXPECT_EQ(next().what, Do::end);
  EXPECT_TRUE(state.lost());
}

TEST_F(LeaseStateTest, OwnWriteWhoseAnswerWasLostIsFoundByReading) {
  next();
  state.on_missing(now);
  next();
  state.on_failed();
  EXPECT_EQ(next().what, Do::wait);
  EXPECT_FALSE(state.leads(now));
  EXPECT_EQ(next().what, Do::read);
  state.on_read(now, of("me"), "4");
  const auto action = next();
  EXPECT_EQ(action.what, Do::update);
  EXPECT_EQ(action.record.transitions, 3);  // no transition: it was ours already
  state.on_written(now, action.record, "5");
  EXPECT_TRUE(state.leads(now));
}

TEST_F(LeaseStateTest, GivesItBackWithoutHolderAndForASecond) {
  lead();
  next();
  state.give_back();
  EXPECT_FALSE(state.leads(now));
  const auto action = next();
  EXPECT_EQ(action.what, Do::update);
  EXPECT_EQ(action.record.holder, "");
  EXPECT_EQ(action.record.duration, seconds(1));
  state.on_written(now, action.record, version());
  EXPECT_EQ(next().what, Do::end);
  EXPECT_FALSE(state.lost());
}

TEST_F(LeaseStateTest, GivesItBackThoughAnEditCameBetween) {
  lead();
  state.give_back();
  next();
  state.on_failed();
  EXPECT_EQ(next().what, Do::wait);
  EXPECT_EQ(next().what, Do::read);
  state.on_read(now, of("me"), "9");
  EXPECT_EQ(next().what, Do::update);
}

TEST_F(LeaseStateTest, DoesNotGiveBackWhatIsAnothers) {
  lead();
  state.give_back();
  next();
  state.on_failed();
  next();
  next();
  state.on_read(now, of("other"), "9");
  EXPECT_EQ(next().what, Do::end);
  EXPECT_FALSE(state.lost());
}

TEST_F(LeaseStateTest, HasNothingToGiveBackWhileItStandsBy) {
  next();
  state.on_read(now, of("other"), "9");
  next();
  state.give_back();
  EXPECT_EQ(next().what, Do::end);
  EXPECT_FALSE(state.lost());
}

TEST_F(LeaseStateTest, GivesBackWhatALostAnswerMayHaveTaken) {
  next();
  state.on_missing(now);
  next();
  state.on_failed();  // the create may have been done
  state.give_back();
  EXPECT_EQ(next().what, Do::read);
  state.on_read(now, of("me"), "9");
  const auto action = next();
  EXPECT_EQ(action.what, Do::update);
  EXPECT_EQ(action.record.holder, "");
}

}  // namespace
}  // namespace kube
