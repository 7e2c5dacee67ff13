#include "kube/watcher.h"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "../base/fake_clock.h"
#include "samples.h"

namespace {

using kube::Error;
using std::chrono::seconds;

std::string config_map(const std::string& name, const std::string& version) {
  return R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"namespace":"ns","name":")" + name + R"(","uid":"u-)" +
         name + R"(","resourceVersion":")" + version + R"("},"data":{"v":")" + version + R"("}})";
}
std::string line(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}";
}
std::string bookmark(const std::string& version, bool end) {
  return line("BOOKMARK", R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":")" + version +
                              R"(")" + (end ? R"(,"annotations":{"k8s.io/initial-events-end":"true"})" : "") + "}}");
}
std::string list_of(const std::vector<std::string>& items, const std::string& version, const std::string& token = "") {
  std::string body = R"({"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":")" + version +
                     R"(","continue":")" + token + R"("},"items":[)";
  for (std::size_t i = 0; i < items.size(); ++i) body += (i == 0 ? "" : ",") + items[i];
  return body + "]}";
}
Error failure(int code, const std::string& message = "") {
  return {code, "Reason", message, {}, http::Failure::broken};
}

// What a script answers to one request, and what the request must look like (empty: anything).
struct Answer {
  std::string expects;             // "list rv=0 limit=500", "watch rv=7", "stream rv="
  std::vector<std::string> lines;  // of a watch; of a list: its one body
  std::optional<Error> error;
  base::Duration lasts = seconds(5);
  std::function<void()> before_end;  // called when the lines are through
};

// Plays its answers in turn, then stops the watcher. Everything happens on the test's thread.
class WatcherTest : public testing::Test {
 protected:
  void play(std::deque<Answer> answers, bool streaming = false) {
    script = std::move(answers);
    kube::Watcher::Settings settings;
    settings.state.streaming_list = streaming;
    settings.backoff.first = settings.backoff.cap = base::Duration(1);
    watcher.emplace(kube::types::config_map, kube::Projection{{"data"}}, "ns", source(), store, clock, metrics,
                    settings);
    watcher->on_synced([this] { ++synced_calls; });
    watcher->run(stop.get_token());
    EXPECT_TRUE(script.empty());
  }

  kube::ListWatch source() {
    return {[this](const kube::ListOptions& options, std::stop_token) -> kube::Result<std::string> {
              std::string request = "list rv=" + options.resource_version;
              if (options.limit != 0) request += " limit=" + std::to_string(options.limit);
              if (!options.continue_token.empty()) request += " token=" + options.continue_token;
              const auto answer = next(request);
              if (!answer) return tl::unexpected(Error{0, "", "", {}, http::Failure::stopped});
              if (answer->error) return tl::unexpected(*answer->error);
              return answer->lines.at(0);
            },
            [this](const kube::WatchOptions& options, const auto& on_line, std::stop_token) -> kube::Result<void> {
              timeouts.push_back(options.timeout);
              const auto answer =
                  next((options.send_initial_events ? "stream rv=" : "watch rv=") + options.resource_version);
              if (!answer) return tl::unexpected(Error{0, "", "", {}, http::Failure::stopped});
              for (const std::string& each : answer->lines) {
                if (!on_line(each)) return {};
              }
              if (answer->before_end) answer->before_end();
              clock.advance(answer->lasts);
              if (answer->error) return tl::unexpected(*answer->error);
              return {};
            }};
  }

  std::optional<Answer> next(const std::string& request) {
    asked.push_back(request);
    if (script.empty()) {
      stop.request_stop();
      return std::nullopt;
    }
    const Answer answer = script.front();
    script.pop_front();
    if (!answer.expects.empty()) {
      EXPECT_EQ(request, answer.expects);
    }
    return answer;
  }

  double metric(const std::string& name) {
    const std::string text = metrics.text();
    const std::size_t at = text.find("\n" + name + "{");
    return at == std::string::npos ? -1 : std::stod(text.substr(text.find(' ', text.find('}', at)) + 1));
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& key : store.keys()) found.push_back(key.name);
    std::sort(found.begin(), found.end());
    return found;
  }
  using Names = std::vector<std::string>;

  base::FakeClock clock;
  base::Metrics metrics;
  kube::Store store;
  std::stop_source stop;
  std::optional<kube::Watcher> watcher;
  std::deque<Answer> script;
  std::vector<std::string> asked;
  std::vector<seconds> timeouts;
  int synced_calls = 0;
};

TEST_F(WatcherTest, ListsThenWatchesFromThere) {
  play(
      {{"list rv=0 limit=500", {list_of({config_map("a", "3")}, "7")}, {}, {}, {}},
       {"watch rv=7", {line("ADDED", config_map("b", "8")), line("DELETED", config_map("a", "9"))}, {}, seconds(5), {}},
       {"watch rv=9", {}, {}, seconds(5), {}}});
  EXPECT_EQ(names(), Names{"b"});
  EXPECT_EQ(synced_calls, 1);
  EXPECT_TRUE(watcher->synced());
}

TEST_F(WatcherTest, PutsThePagesOfAListTogether) {
  play({{"list rv=0 limit=500",
         {list_of({config_map("a", "3")}, "7", "more")},
         {},
         {},
         [this] { EXPECT_EQ(store.size(), 0u); }},
        {"list rv= limit=500 token=more", {list_of({config_map("b", "4")}, "7")}, {}, {}, {}},
        {"watch rv=7", {}, {}, seconds(5), {}}});
  EXPECT_EQ(names(), (Names{"a", "b"}));
}

TEST_F(WatcherTest, DropsThePagesOfAListThatExpired) {
  play({{"", {list_of({config_map("stale", "3")}, "7", "more")}, {}, {}, {}},
        {"list rv= limit=500 token=more", {}, failure(410), {}, {}},
        {"list rv=0", {list_of({config_map("b", "4")}, "9")}, {}, {}, {}}});
  EXPECT_EQ(names(), Names{"b"});
}

TEST_F(WatcherTest, ListsWithTheLastVersionAndReplacesAfterAnExpiry) {
  play({{"", {list_of({config_map("a", "3")}, "7")}, {}, {}, {}},
        {"watch rv=7", {line("ERROR", R"({"kind":"Status","code":410,"reason":"Expired"})")}, {}, {}, {}},
        {"list rv=7", {}, failure(410), {}, {}},
        {"list rv= limit=500", {list_of({config_map("b", "20")}, "21")}, {}, {}, {}},
        {"watch rv=21", {}, {}, seconds(5), {}}});
  EXPECT_EQ(names(), Names{"b"});
  EXPECT_EQ(synced_calls, 1);
  EXPECT_EQ(metric("reflector_restarts_total"), 2);
}

TEST_F(WatcherTest, FillsTheStoreAtTheEndOfAStreamingListInOneStep) {
  play({{"stream rv=",
         {line("ADDED", config_map("b", "6")), line("ADDED", config_map("a", "3")), bookmark("9", true),
          line("MODIFIED", config_map("a", "10"))},
         {},
         seconds(5),
         {}},
        {"watch rv=10", {}, {}, seconds(5), {}}},
       true);
  EXPECT_EQ(names(), (Names{"a", "b"}));
  EXPECT_EQ(store.find({"ns", "a"})->resource_version, "10");
}

TEST_F(WatcherTest, ShowsNothingOfAStreamingListBeforeItsEnd) {
  play({{"stream rv=",
         {line("ADDED", config_map("a", "3"))},
         {},
         seconds(5),
         [this] {
           EXPECT_EQ(store.size(), 0u);
           EXPECT_FALSE(watcher->synced());
           EXPECT_TRUE(watcher->awaiting_initial_events().has_value());
         }}},
       true);
  EXPECT_FALSE(watcher->synced());
}

TEST_F(WatcherTest, FallsBackToAListWhereStreamingIsRefused) {
  play({{"stream rv=", {}, failure(422), {}, {}},
        {"list rv=0 limit=500", {list_of({config_map("a", "3")}, "7")}, {}, {}, {}},
        {"watch rv=7", {}, {}, seconds(5), {}}},
       true);
  EXPECT_EQ(names(), Names{"a"});
}

TEST_F(WatcherTest, ForgetsWhatABrokenStreamingListHadBrought) {
  play({{"stream rv=", {line("ADDED", config_map("ghost", "3"))}, failure(0), {}, {}},
        {"list rv=0 limit=500", {list_of({config_map("a", "3")}, "7")}, {}, {}, {}}},
       true);
  EXPECT_EQ(names(), Names{"a"});
}

TEST_F(WatcherTest, CountsAndSkipsWhatItCannotRead) {
  play({{"", {list_of({}, "7")}, {}, {}, {}},
        {"watch rv=7",
         {"not json", line("ADDED", R"({"kind":"Table","apiVersion":"meta.k8s.io/v1"})"),
          line("ADDED", config_map("a", "8"))},
         {},
         seconds(5),
         {}},
        {"watch rv=8", {}, {}, seconds(5), {}}});
  EXPECT_EQ(names(), Names{"a"});
  EXPECT_EQ(metric("reflector_undecodable_total"), 2);
}

TEST_F(WatcherTest, TriesAnUnreadableListAgain) {
  play({{"", {R"({"kind":"Table"})"}, {}, {}, [] {}}, {"list rv=0 limit=500", {list_of({}, "7")}, {}, {}, {}}});
  EXPECT_TRUE(watcher->synced());
  EXPECT_EQ(metric("reflector_undecodable_total"), 1);
}

TEST_F(WatcherTest, SaysWhatToDoWhereTheRightIsMissingAndHeals) {
  play({{"", {}, failure(403, "forbidden"), {}, {}},
        {"list rv=0 limit=500", {list_of({}, "7")}, {}, {}, [] {}},
        {"watch rv=7", {}, failure(403, "forbidden"), {}, {}},
        {"watch rv=7", {}, {}, seconds(5), [this] { EXPECT_NE(watcher->trouble(), ""); }}});
  EXPECT_EQ(watcher->trouble(), "");
  EXPECT_EQ(metric("reflector_errors_total"), 2);
}

TEST_F(WatcherTest, NamesTheMissingRightAndTheRole) {
  std::string trouble;
  play({{"", {}, failure(403, "forbidden"), {}, {}}});
  trouble = watcher->trouble();
  EXPECT_NE(trouble.find("list and watch on configmaps in namespace ns"), std::string::npos) << trouble;
  EXPECT_NE(trouble.find("manifests/install.yaml"), std::string::npos) << trouble;
}

TEST_F(WatcherTest, NamesTheCrdThatIsMissing) {
  static constexpr kube::ResourceType custom{"example.org", "v1", "Thing", "things"};
  kube::Watcher::Settings settings;
  settings.state.streaming_list = false;
  settings.backoff.first = base::Duration(1);
  script = {{"", {}, failure(404), {}, {}}};
  kube::Watcher things(custom, {}, "", source(), store, clock, metrics, settings);
  things.run(stop.get_token());
  EXPECT_NE(things.trouble().find("kubectl apply -f crds/things.yaml"), std::string::npos) << things.trouble();
  EXPECT_EQ(things.description(), "things.example.org in all namespaces");
}

TEST_F(WatcherTest, SaysNothingOfAStorageThatInitializesForAMoment) {
  const Error initializing = failure(429, "storage is (re)initializing");
  testing::internal::CaptureStderr();
  play({{"", {}, initializing, {}, {}},
        {"", {}, initializing, {}, {}},
        {"", {list_of({}, "7")}, {}, {}, {}},
        {"watch rv=7", {}, {}, seconds(5), {}}});
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(log.find("warning"), std::string::npos) << log;
  EXPECT_EQ(log.find("answers again"), std::string::npos) << log;
  EXPECT_EQ(watcher->trouble(), "");
  EXPECT_EQ(metric("reflector_errors_total"), 2);
}

TEST_F(WatcherTest, SaysOnceThatAStorageDoesNotEndToInitialize) {
  const Error initializing = failure(429, "storage is (re)initializing");
  std::deque<Answer> answers{{"", {list_of({}, "7")}, {}, {}, {}}};
  for (int i = 0; i < 5; ++i) answers.push_back({"watch rv=7", {}, initializing, seconds(4), {}});
  testing::internal::CaptureStderr();
  play(answers);
  const std::string log = testing::internal::GetCapturedStderr();
  const std::size_t first = log.find("(re)initializing");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("(re)initializing", first + 1), std::string::npos) << log;
}

TEST_F(WatcherTest, WaitsForTheInitialEventsUntilTheirBookmarkComes) {
  std::optional<base::Duration> during;
  play({{"stream rv=",
         {line("ADDED", config_map("a", "3")), bookmark("8", false)},
         {},
         {},
         [&] {
           clock.advance(seconds(11));
           during = watcher->awaiting_initial_events();  // a bookmark alone does not end them
         }},
        {"list rv=0 limit=500", {list_of({}, "9")}, {}, {}, {}}},
       true);
  EXPECT_EQ(during, std::optional<base::Duration>(seconds(11)));
  EXPECT_FALSE(watcher->awaiting_initial_events());
}

TEST_F(WatcherTest, WaitsForNothingOnceTheBookmarkHasCome) {
  bool waits = true;
  play({{"stream rv=",
         {line("ADDED", config_map("a", "3")), bookmark("9", true)},
         {},
         seconds(5),
         [&] { waits = watcher->awaiting_initial_events().has_value(); }},
        {"watch rv=9", {}, {}, seconds(5), {}}},
       true);
  EXPECT_FALSE(waits);
}

TEST_F(WatcherTest, CountsAVeryShortWatch) {
  play({{"", {list_of({}, "7")}, {}, {}, {}},
        {"watch rv=7", {}, {}, base::Duration(10), {}},
        {"watch rv=7", {}, {}, seconds(5), {}}});
  EXPECT_EQ(metric("reflector_short_watches_total"), 1);
}

TEST_F(WatcherTest, DrawsItsTimeoutsBetweenFiveAndTenMinutes) {
  std::deque<Answer> answers{{"", {list_of({}, "7")}, {}, {}, {}}};
  for (int i = 0; i < 50; ++i) answers.push_back({"", {}, {}, seconds(5), {}});
  play(std::move(answers));
  for (const seconds timeout : timeouts) {
    EXPECT_GE(timeout, seconds(300));
    EXPECT_LE(timeout, seconds(600));
  }
  EXPECT_NE(*std::min_element(timeouts.begin(), timeouts.end()), *std::max_element(timeouts.begin(), timeouts.end()));
}

TEST_F(WatcherTest, KeepsAnOwnWriteThatTheListDoesNotKnowYet) {
  auto mine = std::make_shared<kube::Object>(*make_object("mine", "u", "9"));
  store.wrote(mine);
  play({{"", {list_of({}, "7")}, {}, {}, {}}, {"watch rv=7", {}, {}, seconds(5), {}}});
  EXPECT_EQ(names(), Names{"mine"});
}

TEST_F(WatcherTest, IsNotAliveWhenItHasEndedOrHangs) {
  play({{"", {list_of({}, "7")}, {}, {}, {}}, {"watch rv=7", {}, {}, seconds(5), [this] {
                                                 EXPECT_TRUE(watcher->alive(seconds(60)));
                                                 clock.advance(seconds(61));
                                                 EXPECT_FALSE(watcher->alive(seconds(60)));
                                               }}});
  EXPECT_FALSE(watcher->alive(seconds(60)));
}

TEST_F(WatcherTest, LetsAWaiterKnowAndAStopEndItsWait) {
  kube::Watcher::Settings settings;
  settings.state.streaming_list = false;
  script = {{"", {list_of({}, "7")}, {}, {}, {}}};
  kube::Watcher watched(kube::types::config_map, {}, "ns", source(), store, clock, metrics, settings);
  EXPECT_FALSE(watched.wait_synced(base::Duration(0), {}));
  std::stop_source cancelled;
  cancelled.request_stop();
  EXPECT_FALSE(watched.wait_synced(seconds(60), cancelled.get_token()));
  std::jthread thread([&] { watched.run(stop.get_token()); });
  EXPECT_TRUE(watched.wait_synced(seconds(60), {}));
}

// A pause of half a minute ends at once when the process does.
TEST_F(WatcherTest, EndsAPauseAtAStop) {
  kube::Watcher::Settings settings;
  settings.backoff.first = seconds(3600);
  settings.backoff.cap = seconds(3600);
  std::atomic<bool> called = false;
  const kube::ListWatch failing{
      [](const auto&, std::stop_token) -> kube::Result<std::string> { return tl::unexpected(failure(500)); },
      [&](const auto&, const auto&, std::stop_token) -> kube::Result<void> {
        called = true;
        called.notify_all();
        return tl::unexpected(failure(500));
      }};
  kube::Watcher paused(kube::types::config_map, {}, "ns", failing, store, clock, metrics, settings);
  std::jthread thread([&](std::stop_token end) { paused.run(std::move(end)); });
  called.wait(false);
  thread.request_stop();
  thread.join();
  EXPECT_FALSE(paused.synced());
}

}  // namespace
