#include "kube/watch_state.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace {

using kube::Error;
using kube::EventType;
using kube::WatchState;
using Phase = WatchState::Phase;
using Take = WatchState::Take;
using Page = WatchState::Page;
using std::chrono::seconds;

Error http_error(int code, const std::string& message = "", base::Duration retry_after = {}) {
  return {code, "", message, retry_after, http::Failure::broken};
}
Error lost(http::Failure failure) { return {0, "", "", {}, failure}; }
const Error too_large = http_error(504, "Timeout: Too large resource version: 100, current: 50");

kube::WatchEvent event(EventType type, const std::string& version, bool end = false) {
  kube::WatchEvent made;
  made.type = type;
  made.resource_version = version;
  made.initial_events_end = end;
  if (type != EventType::bookmark && type != EventType::error) made.object = make_object("a", "u", version);
  return made;
}
kube::WatchEvent in_stream(const Error& status) {
  kube::WatchEvent made;
  made.status = status;
  return made;
}

class Listing : public testing::Test {
 protected:
  WatchState state{{.streaming_list = false, .page_size = 500}};
};

class Watching : public Listing {
 protected:
  Watching() { state.on_page("10", ""); }
};

class Streaming : public testing::Test {
 protected:
  WatchState state{{.streaming_list = true, .page_size = 500}};
};

TEST_F(Listing, BeginsWithWhateverTheCacheHasInPages) {
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_EQ(state.request().resource_version, "0");
  EXPECT_EQ(state.request().limit, 500);
  EXPECT_FALSE(state.synced());
}

TEST_F(Listing, AsksForThePagesByToken) {
  EXPECT_EQ(state.on_page("10", "token"), Page::collect);
  EXPECT_EQ(state.request().phase, Phase::page);
  EXPECT_EQ(state.request().continue_token, "token");
  EXPECT_EQ(state.request().resource_version, "");
  EXPECT_FALSE(state.synced());
  EXPECT_EQ(state.on_page("10", ""), Page::replace);
  EXPECT_TRUE(state.synced());
}

TEST_F(Listing, WatchesFromTheListsOwnVersion) {
  state.on_page("10", "");
  EXPECT_EQ(state.request().phase, Phase::watch);
  EXPECT_EQ(state.request().resource_version, "10");
}

TEST_F(Listing, FallsBackToAQuorumReadAtOnceWhenTheVersionIsGone) {
  for (const Error& error : {http_error(410), too_large}) {
    WatchState fresh{{.streaming_list = false, .page_size = 500}};
    EXPECT_FALSE(fresh.on_list_error(error).back_off);
    EXPECT_EQ(fresh.request().resource_version, "");
    EXPECT_EQ(fresh.request().limit, 500);
  }
}

TEST_F(Listing, BacksOffWhenEvenTheQuorumReadIsGone) {
  state.on_list_error(http_error(410));
  EXPECT_TRUE(state.on_list_error(http_error(410)).back_off);
}

TEST_F(Listing, StartsAllOverInOnePieceWhenAPageHasExpired) {
  state.on_page("10", "token");
  EXPECT_FALSE(state.on_list_error(http_error(410)).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_EQ(state.request().limit, 0);
  EXPECT_EQ(state.request().continue_token, "");
}

TEST_F(Listing, StartsAllOverWhenAPageFails) {
  state.on_page("10", "token");
  EXPECT_TRUE(state.on_list_error(http_error(500)).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_EQ(state.request().limit, 500);
}

TEST_F(Listing, BacksOffAtEachErrorAndHonoursRetryAfter) {
  for (const Error& error :
       {http_error(401), http_error(403), http_error(404), http_error(500), http_error(503),
        lost(http::Failure::unreachable), lost(http::Failure::tls), lost(http::Failure::timeout)}) {
    EXPECT_TRUE(state.on_list_error(error).back_off) << error.code;
    EXPECT_EQ(state.request().phase, Phase::list);
  }
  EXPECT_EQ(state.on_list_error(http_error(429, "", seconds(9))).at_least, seconds(9));
}

TEST_F(Listing, BacksOffAtAnUnreadableList) {
  const auto pause = state.on_list_unreadable();
  EXPECT_TRUE(pause.back_off);
  EXPECT_TRUE(pause.failed);
  EXPECT_EQ(state.request().phase, Phase::list);
}

TEST_F(Listing, IsNotAFailureWhenStopped) { EXPECT_FALSE(state.on_list_error(lost(http::Failure::stopped)).failed); }

TEST_F(Watching, TakesEventsOverAndRemembersTheirVersion) {
  EXPECT_EQ(state.on_event(event(EventType::added, "11")), Take::upsert);
  EXPECT_EQ(state.on_event(event(EventType::modified, "12")), Take::upsert);
  EXPECT_EQ(state.on_event(event(EventType::deleted, "13")), Take::erase);
  EXPECT_EQ(state.on_event(event(EventType::bookmark, "20")), Take::nothing);
  EXPECT_EQ(state.resource_version(), "20");
}

TEST_F(Watching, WatchesOnFromTheSameVersionAtAnOrderlyEnd) {
  state.on_event(event(EventType::modified, "12"));
  const auto pause = state.on_stream_end(seconds(300), 1);
  EXPECT_FALSE(pause.back_off);
  EXPECT_FALSE(pause.failed);
  EXPECT_EQ(state.request().phase, Phase::watch);
  EXPECT_EQ(state.request().resource_version, "12");
}

TEST_F(Watching, TakesAVeryShortWatchForAnError) {
  const auto pause = state.on_stream_end(std::chrono::milliseconds(999), 0);
  EXPECT_TRUE(pause.back_off);
  EXPECT_TRUE(pause.failed);
  EXPECT_EQ(state.request().phase, Phase::watch);
  EXPECT_EQ(state.request().resource_version, "10");
  EXPECT_FALSE(state.on_stream_end(std::chrono::milliseconds(10), 1).failed);
  EXPECT_FALSE(state.on_stream_end(seconds(1), 0).failed);
}

TEST_F(Watching, BacksOffAndWatchesTheSameVersionWhenTheServerIsAwayOrBusy) {
  for (const Error& error :
       {lost(http::Failure::unreachable), lost(http::Failure::broken), lost(http::Failure::timeout), http_error(429),
        http_error(500), http_error(503), http_error(401), http_error(403)}) {
    EXPECT_TRUE(state.on_stream_error(error).back_off) << error.code;
    EXPECT_EQ(state.request().phase, Phase::watch) << error.code;
    EXPECT_EQ(state.request().resource_version, "10") << error.code;
  }
  EXPECT_EQ(state.on_stream_error(http_error(429, "", seconds(9))).at_least, seconds(9));
}

TEST_F(Watching, ListsWithTheLastVersionWithoutLimitWhenExpiredByStatus) {
  EXPECT_FALSE(state.on_stream_error(http_error(410)).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_EQ(state.request().resource_version, "10");
  EXPECT_EQ(state.request().limit, 0);
}

TEST_F(Watching, ListsWithTheLastVersionWhenExpiredInTheStream) {
  EXPECT_EQ(state.on_event(in_stream(http_error(410))), Take::end);
  EXPECT_FALSE(state.on_stream_end(seconds(30), 1).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_EQ(state.request().resource_version, "10");
}

TEST_F(Watching, BacksOffWhenItExpiresOverAndOver) {
  state.on_stream_error(http_error(410));
  state.on_page("11", "");
  EXPECT_TRUE(state.on_stream_error(http_error(410)).back_off);
}

TEST_F(Watching, ForgetsAnExpiryAfterAnEvent) {
  state.on_stream_error(http_error(410));
  state.on_page("11", "");
  state.on_event(event(EventType::modified, "12"));
  EXPECT_FALSE(state.on_stream_error(http_error(410)).back_off);
}

TEST_F(Watching, ListsWithAQuorumReadWhenItsVersionIsBeyondTheServers) {
  EXPECT_FALSE(state.on_stream_error(too_large).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_EQ(state.request().resource_version, "");
  state.on_page("5", "");  // a restored etcd: versions start lower
  EXPECT_EQ(state.request().resource_version, "5");
}

TEST_F(Watching, ListsAnewAfterAnyOtherErrorInTheStream) {
  EXPECT_EQ(state.on_event(in_stream(http_error(500))), Take::end);
  EXPECT_TRUE(state.on_stream_end(seconds(30), 1).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
}

TEST_F(Watching, TakesAnErrorEventThatSaysNothingForAFailure) {
  EXPECT_EQ(state.on_event(in_stream({})), Take::end);
  EXPECT_TRUE(state.on_stream_end(seconds(30), 1).failed);
}

TEST_F(Watching, ListsWhenTheKindIsGone) {
  EXPECT_TRUE(state.on_stream_error(http_error(404)).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
}

TEST_F(Watching, ListsAnewPastALineThatIsTooLong) {
  EXPECT_TRUE(state.on_stream_error(lost(http::Failure::too_large)).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
}

TEST_F(Watching, StaysSyncedWhileItListsAgain) {
  state.on_stream_error(http_error(410));
  EXPECT_TRUE(state.synced());
}

TEST_F(Streaming, BeginsWithTheMostRecentState) {
  EXPECT_EQ(state.request().phase, Phase::stream);
  EXPECT_EQ(state.request().resource_version, "");
}

TEST_F(Streaming, CollectsUntilTheBookmarkThatEndsTheBeginning) {
  EXPECT_EQ(state.on_event(event(EventType::added, "50")), Take::collect);
  EXPECT_EQ(state.on_event(event(EventType::modified, "70")), Take::collect);
  EXPECT_EQ(state.on_event(event(EventType::bookmark, "60")), Take::nothing);
  EXPECT_FALSE(state.synced());
  EXPECT_EQ(state.resource_version(), "");  // what there was comes in no order of versions
  EXPECT_EQ(state.on_event(event(EventType::bookmark, "80", true)), Take::replace);
  EXPECT_TRUE(state.synced());
  EXPECT_EQ(state.resource_version(), "80");
}

TEST_F(Streaming, GoesOnInTheSameStream) {
  state.on_event(event(EventType::bookmark, "80", true));
  EXPECT_EQ(state.phase(), Phase::watch);
  EXPECT_EQ(state.on_event(event(EventType::added, "81")), Take::upsert);
  EXPECT_EQ(state.resource_version(), "81");
}

TEST_F(Streaming, DoesNotAskForTheBeginningAgainAfterIt) {
  state.on_event(event(EventType::bookmark, "80", true));
  state.on_stream_end(seconds(300), 5);
  EXPECT_EQ(state.request().phase, Phase::watch);
  EXPECT_EQ(state.request().resource_version, "80");
}

TEST_F(Streaming, FallsBackToListsForGoodWhenRefused) {
  for (const int code : {400, 405, 406, 422}) {
    WatchState fresh{{.streaming_list = true, .page_size = 500}};
    EXPECT_FALSE(fresh.on_stream_error(http_error(code)).back_off) << code;
    EXPECT_EQ(fresh.request().phase, Phase::list) << code;
    fresh.on_page("10", "");
    fresh.on_stream_error(http_error(410));
    EXPECT_EQ(fresh.request().phase, Phase::list) << code;
  }
}

TEST_F(Streaming, FallsBackToOneListWhenItDoesNotComeToItsEnd) {
  EXPECT_TRUE(state.on_stream_end(seconds(300), 5).back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  state.on_page("10", "");
  state.on_stream_error(http_error(410));
  EXPECT_EQ(state.request().phase, Phase::stream);
  EXPECT_EQ(state.request().resource_version, "10");
}

TEST_F(Streaming, TakesADeleteBeforeTheEndForABugOfTheServer) {
  state.on_event(event(EventType::added, "50"));
  EXPECT_EQ(state.on_event(event(EventType::deleted, "51")), Take::end);
  const auto pause = state.on_stream_end(seconds(1), 2);
  EXPECT_TRUE(pause.failed);
  EXPECT_FALSE(pause.back_off);
  EXPECT_EQ(state.request().phase, Phase::list);
  EXPECT_FALSE(state.synced());
}

TEST_F(Streaming, StreamsAgainWhenTheServerIsAwayOrARightIsMissing) {
  for (const Error& error :
       {lost(http::Failure::unreachable), http_error(429), http_error(403), http_error(404), http_error(401)}) {
    EXPECT_TRUE(state.on_stream_error(error).back_off) << error.code;
    EXPECT_EQ(state.request().phase, Phase::stream) << error.code;
  }
}

TEST_F(Streaming, StreamsTheMostRecentStateWhenItsVersionHasGone) {
  state.on_event(event(EventType::bookmark, "80", true));
  state.on_stream_error(http_error(410));
  EXPECT_EQ(state.request().phase, Phase::stream);
  EXPECT_EQ(state.request().resource_version, "80");
  state.on_stream_error(http_error(410));
  EXPECT_EQ(state.request().phase, Phase::stream);
  EXPECT_EQ(state.request().resource_version, "");
}

}  // namespace
