#include "fake_api/watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "fake_api/api.h"

namespace {

using json::Value;

// Collects what a watch sends, in memory.
class Collector final : public fake_api::WatchSink {
 public:
  bool begin() override { return true; }
  bool send(std::string_view text) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(json::parse(text).value());
    changed_.notify_all();
    return true;
  }
  bool end() override { return ended_ = true; }
  bool alive() override { return !cut_; }
  void cut(std::string_view) override { cut_ = true; }

  // The first `count` events as "TYPE name resourceVersion-offset…": type and name.
  std::vector<std::string> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return events_.size() >= count; });
    std::vector<std::string> told;
    for (const Value& event : events_) {
      told.push_back(event["type"].get<std::string>() + " " + json::string_at(event, "/object/metadata/name") +
                     json::string_at(event, "/object/data/v"));
    }
    return told;
  }
  Value event(std::size_t index) {
    const std::lock_guard lock(mutex_);
    return events_.at(index);
  }
  std::atomic<bool> ended_ = false;
  std::atomic<bool> cut_ = false;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Value> events_;
};

class WatchTest : public testing::Test {
 protected:
  WatchTest() : api_(store_) {}

  void start(const std::string& query, std::optional<fake_api::Fault> fault = {}) {
    request_ = fake_api::parse_request("GET", "/api/v1/configmaps?watch=1&" + query, "", "");
    fault_ = std::move(fault);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      refused_ = fake_api::serve_watch(store_, request_, settings_, fault_ ? &*fault_ : nullptr, sink_, stop);
    });
  }
  void put(const std::string& name, const std::string& value, const Value& labels = Value::object()) {
    api_.apply({{"apiVersion", "v1"},
                {"kind", "ConfigMap"},
                {"metadata", {{"name", name}, {"namespace", "default"}, {"labels", labels}}},
                {"data", {{"v", value}}}},
               "test");
  }
  void remove(const std::string& name) { api_.remove({"configmaps", "default", name}); }
  std::string now() const { return std::to_string(store_.version()); }

  using Told = std::vector<std::string>;
  fake_api::Store store_;
  fake_api::Api api_;
  fake_api::WatchSettings settings_;
  fake_api::Request request_;
  std::optional<fake_api::Fault> fault_;
  std::optional<fake_api::Response> refused_;
  Collector sink_;
  std::jthread thread_;
};

TEST_F(WatchTest, TellsEverythingAfterTheVersion) {
  put("old", "1");
  start("resourceVersion=" + now());
  put("a", "1");
  put("a", "2");
  remove("a");
  EXPECT_EQ(sink_.wait(3), (Told{"ADDED a1", "MODIFIED a2", "DELETED a2"}));
}

TEST_F(WatchTest, ASelectorTurnsChangesOfLabelsIntoComingAndGoing) {
  start("resourceVersion=" + now() + "&labelSelector=ours%3Dyes");
  put("a", "1");
  put("a", "2", {{"ours", "yes"}});
  put("a", "3", {{"ours", "no"}});
  EXPECT_EQ(sink_.wait(2), (Told{"ADDED a2", "DELETED a3"}));
}

TEST_F(WatchTest, AStreamingListEndsWithItsBookmark) {
  put("a", "1");
  start("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
  EXPECT_EQ(sink_.wait(2), (Told{"ADDED a1", "BOOKMARK "}));
  const Value metadata = sink_.event(1)["object"]["metadata"];
  EXPECT_EQ(metadata["annotations"]["k8s.io/initial-events-end"], "true");
  EXPECT_EQ(metadata["resourceVersion"], now());
}

TEST_F(WatchTest, AStreamingListCanBeRefused) {
  settings_.streaming_list = fake_api::WatchSettings::StreamingList::refused;
  start("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");
  thread_.join();
  ASSERT_TRUE(refused_);
  EXPECT_EQ(refused_->status, 422);
}

TEST_F(WatchTest, BookmarksComeInIntervals) {
  settings_.bookmark_interval = std::chrono::milliseconds(5);
  start("resourceVersion=" + now() + "&allowWatchBookmarks=true");
  EXPECT_GE(sink_.wait(2).size(), 2u);
  EXPECT_EQ(sink_.event(1)["type"], "BOOKMARK");
}

// A bookmark promises that everything up to its version has been told.
TEST_F(WatchTest, ABookmarkNeverOvertakesAChange) {
  settings_.bookmark_interval = std::chrono::milliseconds(0);
  start("resourceVersion=" + now() + "&allowWatchBookmarks=true");
  for (int i = 0; i < 300; ++i) put("a", std::to_string(i));
  const auto told = [&] {
    const Told events = sink_.wait(0);
    return std::count_if(events.begin(), events.end(), [](const std::string& event) { return event != "BOOKMARK "; });
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (told() < 300 && std::chrono::steady_clock::now() < deadline) {
    sink_.wait(sink_.wait(0).size() + 1);
  }
  EXPECT_EQ(told(), 300);
}

TEST_F(WatchTest, AVersionBeforeTheCompactionIsExpiredInTheStream) {
  const std::string early = now();
  put("a", "1");
  store_.compact(store_.version());
  start("resourceVersion=" + early);
  sink_.wait(1);
  EXPECT_EQ(sink_.event(0)["type"], "ERROR");
  EXPECT_EQ(sink_.event(0)["object"]["code"], 410);
  EXPECT_EQ(sink_.event(0)["object"]["reason"], "Expired");
}

TEST_F(WatchTest, OrAsAnHttpStatus) {
  settings_.expired_as_http_status = true;
  const std::string early = now();
  put("a", "1");
  store_.compact(store_.version());
  start("resourceVersion=" + early);
  thread_.join();
  ASSERT_TRUE(refused_);
  EXPECT_EQ(refused_->status, 410);
}

TEST_F(WatchTest, AFrozenViewTellsNothingUntilItThaws) {
  start("resourceVersion=" + now() + "&allowWatchBookmarks=true");
  store_.freeze();
  put("a", "1");
  put("a", "2");
  EXPECT_TRUE(store_.list("configmaps", "", store_.visible_version("configmaps")).empty());
  store_.thaw(false);
  EXPECT_EQ(sink_.wait(2), (Told{"ADDED a1", "MODIFIED a2"}));
}

TEST_F(WatchTest, UnobservedStatesAreNeverTold) {
  put("a", "1");
  put("b", "1");
  start("resourceVersion=" + now());
  store_.freeze();
  put("a", "2");
  put("a", "3");
  remove("b");
  put("b", "2");
  put("c", "1");
  remove("c");
  store_.thaw(true);
  put("d", "1");
  EXPECT_EQ(sink_.wait(3), (Told{"MODIFIED a3", "MODIFIED b2", "ADDED d1"}));
}

TEST_F(WatchTest, FaultsCutAfterSoManyEvents) {
  fake_api::Fault fault;
  fault.drop_after = 1;
  start("resourceVersion=" + now(), fault);
  put("a", "1");
  put("b", "1");
  thread_.join();
  EXPECT_EQ(sink_.wait(1), (Told{"ADDED a1"}));
  EXPECT_TRUE(sink_.cut_);
  EXPECT_FALSE(sink_.ended_);
}

TEST_F(WatchTest, TheTimeoutEndsItInAnOrderlyWay) {
  start("resourceVersion=" + now() + "&timeoutSeconds=0");
  thread_.join();
  EXPECT_TRUE(sink_.ended_);
}

}  // namespace
