#include "kube/event_series.h"

#include <gtest/gtest.h>

namespace kube {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class EventSeriesTest : public testing::Test {
 protected:
  // What add() wants to be written, each taken from the queue at once.
  std::vector<ToldEventPtr> add(const std::string& note, const std::string& reason = "Blocked", bool warning = true) {
    ToldEvent fresh;
    fresh.name = "event-" + std::to_string(++events);
    fresh.body = {{"note", note}};
    fresh.last_time = "time-" + std::to_string(events);
    auto queued = series.add({"uid", reason, "Reconcile", warning}, note, std::move(fresh), now);
    for (const ToldEventPtr& event : queued) take(*event);
    return queued;
  }
  void take(ToldEvent& event) const {
    event.queued = false;
    event.reported = event.count;
    event.reported_at = now;
    event.created = true;
  }

  EventSeries series;
  base::Monotonic now{std::chrono::hours(1)};
  int events = 0;
};

TEST_F(EventSeriesTest, TheFirstIsAnEventOfItsOwn) {
  const auto queued = add("a");
  ASSERT_EQ(queued.size(), 1u);
  EXPECT_EQ(queued[0]->whole(), (json::Value{{"note", "a"}}));
}

TEST_F(EventSeriesTest, TheSecondIsTheSeriesOfTheFirst) {
  const auto first = add("a");
  now += seconds(1);
  const auto second = add("a");
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0], first[0]);
  EXPECT_EQ(second[0]->patch(), (json::Value{{"series", {{"count", 2}, {"lastObservedTime", "time-2"}}}}));
}

TEST_F(EventSeriesTest, AThousandMoreCostNothingUntilHalfAnHourHasPassed) {
  add("a");
  add("a");
  for (int i = 0; i < 1'000; ++i) {
    now += seconds(1);
    EXPECT_TRUE(add("a").empty());
  }
  now += minutes(5);
  EXPECT_TRUE(add("a").empty());
  for (int i = 0; i < 2; ++i) {
    now += minutes(5);
    add("a");
  }
  now += minutes(5);
  EXPECT_EQ(add("a").size() + add("a").size(), 0u) << "it was told of less than half an hour ago";
}

TEST_F(EventSeriesTest, ASeriesThatGoesOnIsToldOfEachHalfHour) {
  add("a");
  add("a");
  std::size_t writes = 0;
  for (int i = 0; i < 120; ++i) {  // two hours
    now += minutes(1);
    writes += add("a").size();
  }
  EXPECT_EQ(writes, 4u);
}

TEST_F(EventSeriesTest, AfterSixQuietMinutesItIsANewEvent) {
  const auto first = add("a");
  now += minutes(6);
  const auto second = add("a");
  ASSERT_EQ(second.size(), 1u);
  EXPECT_NE(second[0], first[0]);
}

TEST_F(EventSeriesTest, AnotherNoteReasonOrTypeIsAnotherEvent) {
  add("from 2 to 4");
  EXPECT_EQ(add("from 4 to 6").at(0)->count, 1);
  EXPECT_EQ(add("from 4 to 6", "ScalingOut").at(0)->count, 1);
  EXPECT_EQ(add("from 4 to 6", "ScalingOut", false).at(0)->count, 1);
}

TEST_F(EventSeriesTest, ASeriesEndedByAnotherNoteTellsItsLastCount) {
  const auto first = add("a");
  for (int i = 0; i < 5; ++i) add("a");
  const auto queued = add("b");
  ASSERT_EQ(queued.size(), 2u);
  EXPECT_EQ(queued[0], first[0]);
  EXPECT_EQ(queued[0]->count, 6);
  EXPECT_EQ(queued[1]->body["note"], "b");
}

TEST_F(EventSeriesTest, AFloodOfNotesBecomesASeries) {
  std::size_t writes = 0;
  for (int i = 0; i < 1'000; ++i) writes += add("note " + std::to_string(i)).size();
  EXPECT_LE(writes, 2u + 25u);
  now += minutes(5) + seconds(1);
  EXPECT_EQ(add("another").back()->count, 1) << "one more in five minutes";
}

TEST_F(EventSeriesTest, TheLastCountIsToldWhenItIsOver) {
  const auto first = add("a");
  add("a");
  add("a");
  EXPECT_EQ(series.next_close(), now + minutes(6));
  now += minutes(6) - seconds(1);
  EXPECT_TRUE(series.close(now).empty());
  now += seconds(1);
  const auto over = series.close(now);
  ASSERT_EQ(over.size(), 1u);
  EXPECT_EQ(over[0], first[0]);
  EXPECT_EQ(over[0]->count, 3);
  EXPECT_FALSE(series.next_close());
}

TEST_F(EventSeriesTest, AtItsEndASingleEventHasNothingMoreToTell) {
  add("a");
  now += minutes(6);
  EXPECT_TRUE(series.close(now).empty());
  EXPECT_FALSE(series.next_close());
}

TEST_F(EventSeriesTest, WhatHappensAgainBeforeItWasWrittenIsOneWrite) {
  ToldEvent fresh;
  fresh.body = {{"note", "a"}};
  auto first = series.add({"uid", "R", "A", false}, "a", fresh, now);
  fresh.last_time = "later";
  EXPECT_TRUE(series.add({"uid", "R", "A", false}, "a", fresh, now).empty());
  EXPECT_EQ(first.at(0)->whole(),
            (json::Value{{"note", "a"}, {"series", {{"count", 2}, {"lastObservedTime", "later"}}}}));
}

TEST_F(EventSeriesTest, AtTheEndOfTheProcessTheRestIsTold) {
  add("a");
  add("a");
  add("a");
  add("once", "Other");
  const auto rest = series.rest();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0]->count, 3);
}

TEST_F(EventSeriesTest, RemembersNoMoreThanAThousand) {
  add("a", "First");
  now += seconds(1);
  for (int i = 0; i < 1'024; ++i) add("a", "R" + std::to_string(i));
  EXPECT_EQ(add("a", "First").at(0)->count, 1) << "it was forgotten";
  EXPECT_EQ(add("a", "R1023").at(0)->count, 2);
}

}  // namespace
}  // namespace kube
