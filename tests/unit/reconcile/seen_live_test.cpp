#include "reconcile/seen_live.h"

#include <gtest/gtest.h>

#include "../base/fake_clock.h"

namespace reconcile {
namespace {

kube::Object object(const std::string& uid, std::int64_t generation, bool deleting = false) {
  kube::Object made;
  made.key = {"openstack", "heat"};
  made.uid = uid;
  made.generation = generation;
  made.deleting = deleting;
  return made;
}

TEST(SeenLive, OnlyTheVeryStateThatWasSeenIsLive) {
  base::FakeClock clock;
  SeenLive seen(clock);
  EXPECT_FALSE(seen.recently(object("a", 1)));
  seen.saw(object("a", 1));
  EXPECT_TRUE(seen.recently(object("a", 1)));
  EXPECT_FALSE(seen.recently(object("a", 2)));
  EXPECT_FALSE(seen.recently(object("b", 1)));
}

TEST(SeenLive, AfterASecondItMustBeAskedAgain) {
  base::FakeClock clock;
  SeenLive seen(clock);
  seen.saw(object("a", 1));
  clock.advance(std::chrono::milliseconds(1000));
  EXPECT_TRUE(seen.recently(object("a", 1)));
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(seen.recently(object("a", 1)));
}

TEST(SeenLive, WhatIsDoubtedMustBeAskedAgain) {
  base::FakeClock clock;
  SeenLive seen(clock);
  seen.saw(object("a", 1));
  seen.doubt({"openstack", "heat"});
  EXPECT_FALSE(seen.recently(object("a", 1)));
}

TEST(SeenLive, AViewIsBehindThatShowsAnOlderGenerationThanWasEverSeen) {
  const base::FakeClock clock;
  SeenLive seen(clock);
  EXPECT_FALSE(seen.not_behind(object("a", 2)));
  seen.saw(object("a", 2));
  seen.doubt({"openstack", "heat"});
  EXPECT_FALSE(seen.not_behind(object("a", 1)));
  EXPECT_TRUE(seen.not_behind(object("a", 2)));
  EXPECT_TRUE(seen.not_behind(object("a", 3)));
  EXPECT_FALSE(seen.not_behind(object("b", 3)));
}

TEST(SeenLive, NothingIsKnownOfOneThatIsGone) {
  const base::FakeClock clock;
  SeenLive seen(clock);
  seen.saw(object("a", 1));
  seen.forget({"openstack", "heat"});
  EXPECT_FALSE(seen.recently(object("a", 1)));
  EXPECT_FALSE(seen.not_behind(object("a", 1)));
}

TEST(SeenLive, OneThatIsBeingDeletedIsNotToBeActedOn) {
  base::FakeClock clock;
  SeenLive seen(clock);
  seen.saw(object("a", 1));
  seen.saw(object("a", 1, true));
  EXPECT_FALSE(seen.recently(object("a", 1)));
}

}  // namespace
}  // namespace reconcile
