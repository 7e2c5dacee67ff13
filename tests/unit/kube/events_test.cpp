#include "kube/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "json/json.h"

namespace kube {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

// Answers as it is told, from any thread, and remembers what was asked.
class Server final : public http::Transport {
 public:
  http::Result<http::Response> send(const http::Request& request, base::Duration, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    asked_.push_back(request);
    changed_.notify_all();
    changed_.wait(lock, std::move(stop), [this] { return !hangs_; });
    return http::Response{answer_(request), {}, "{}"};
  }
  http::Result<http::Response> stream(const http::Request&, base::Duration,
                                      const std::function<bool(std::string_view)>&, std::stop_token) override {
    return http::Response{404, {}, "{}"};
  }

  void answer(std::function<int(const http::Request&)> answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  void hang(bool hangs) {
    const std::lock_guard lock(mutex_);
    hangs_ = hangs;
    changed_.notify_all();
  }
  // "POST {…}" of each request so far, once there are that many.
  std::vector<http::Request> wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds(60), [&] { return asked_.size() >= count; })) << asked_.size();
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<http::Request> asked_;
  std::function<int(const http::Request&)> answer_ = [](const http::Request&) { return 201; };
  bool hangs_ = false;
};

class NoCredentials final : public Credentials {
 public:
  base::Result<std::string> authorization() override { return std::string(); }
  void rejected(base::Monotonic) override {}
  base::Result<TlsMaterial> tls() override { return TlsMaterial{}; }
};

class SteppedClock final : public base::Clock {
 public:
  base::Monotonic now() const override { return base::Monotonic(base::Duration(milliseconds_.load())); }
  std::chrono::system_clock::time_point wall() const override {
    return std::chrono::system_clock::time_point(base::Duration(milliseconds_.load()));
  }
  void advance(base::Duration by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{3'600'000};
};

class EventsTest : public testing::Test {
 protected:
  void tell(const std::string& note, const std::string& reason = "Blocked") {
    recorder.record({&types::job, {"ns", "heat"}, "uid"}, {true, reason, "Reconcile", note});
  }
  void start() {
    thread = std::jthread([this](std::stop_token stop) { recorder.run(std::move(stop)); });
  }
  void stop() { thread = {}; }
  static json::Value body(const http::Request& request) { return json::parse(request.body).value(); }
  double dropped() const {
    const std::string text = metrics.text();
    const std::string name = "\nheat_operator_events_dropped_total ";
    return std::stod(text.substr(text.find(name) + name.size()));
  }

  base::Metrics metrics;
  SteppedClock clock;
  const std::shared_ptr<Server> server = std::make_shared<Server>();
  Client client{server, std::make_shared<NoCredentials>(), metrics, "test"};
  EventRecorder recorder{client, clock, metrics, "me"};
  std::jthread thread;
};

TEST_F(EventsTest, AnEventSaysWhoWhatAndWhy) {
  start();
  tell("spec.database is missing");
  const auto asked = server->wait(1);
  EXPECT_EQ(asked[0].method, "POST");
  EXPECT_THAT(asked[0].target, HasSubstr("/apis/events.k8s.io/v1/namespaces/ns/events?"));
  const json::Value event = body(asked[0]);
  EXPECT_EQ(event["reason"], "Blocked");
  EXPECT_EQ(event["action"], "Reconcile");
  EXPECT_EQ(event["type"], "Warning");
  EXPECT_EQ(event["note"], "spec.database is missing");
  EXPECT_EQ(event["reportingController"], "heat-operator");
  EXPECT_EQ(event["reportingInstance"], "me");
  EXPECT_EQ(event["regarding"]["uid"], "uid");
  EXPECT_FALSE(event.contains("series"));
}

TEST_F(EventsTest, ALongNoteIsCutBetweenCharacters) {
  std::string note;
  while (note.size() < 1'100) note += "ü";
  start();
  tell(note);
  const std::string sent = body(server->wait(1)[0])["note"];
  EXPECT_LE(sent.size(), 1024u);
  EXPECT_TRUE(sent.ends_with("ü...")) << sent.substr(1'000);
}

TEST_F(EventsTest, TheSecondTimeIsAPatchOfTheFirst) {
  start();
  tell("a");
  const std::string name = body(server->wait(1)[0])["metadata"]["name"];
  clock.advance(seconds(1));
  tell("a");
  tell("a");
  tell("b", "Other");  // the queue is in order: nothing came between
  const auto asked = server->wait(3);
  ASSERT_EQ(asked.size(), 3u);
  EXPECT_EQ(asked[1].method, "PATCH");
  EXPECT_THAT(asked[1].target, HasSubstr("/events/" + name));
  const json::Value patch = body(asked[1]);
  EXPECT_EQ(patch.size(), 1u);
  EXPECT_GE(patch["series"]["count"], 2);
  EXPECT_THAT(patch["series"]["lastObservedTime"].get<std::string>(), HasSubstr("T01:00:01.000000Z"));
  EXPECT_EQ(asked[2].method, "POST");
}

TEST_F(EventsTest, WhatHappensAgainWhileTheServerIsSlowIsOneWrite) {
  server->hang(true);
  start();
  tell("slow", "First");
  server->wait(1);
  for (int i = 0; i < 50; ++i) tell("a");
  server->hang(false);
  const auto asked = server->wait(2);
  EXPECT_EQ(body(asked[1])["series"]["count"], 50);
  stop();
  EXPECT_EQ(server->wait(2).size(), 2u);
}

TEST_F(EventsTest, APatchOfWhatIsGoneMakesItAnew) {
  start();
  tell("a");
  server->wait(1);
  server->answer([](const http::Request& request) { return request.method == "PATCH" ? 404 : 201; });
  tell("a");
  const auto asked = server->wait(3);
  EXPECT_EQ(asked[1].method, "PATCH");
  EXPECT_EQ(asked[2].method, "POST");
  EXPECT_EQ(body(asked[2])["series"]["count"], 2);
  EXPECT_EQ(body(asked[2])["note"], "a");
}

TEST_F(EventsTest, WhatIsRefusedIsDroppedAndCounted) {
  server->answer([](const http::Request&) { return 403; });
  start();
  tell("a");
  tell("b", "Other");
  server->wait(2);
  stop();
  EXPECT_EQ(server->wait(2).size(), 2u);
  EXPECT_GE(dropped(), 1);
}

TEST_F(EventsTest, WhatIsQueuedAtTheStopIsSentOnce) {
  tell("a");
  tell("b", "Other");
  std::stop_source stopped;
  stopped.request_stop();
  recorder.run(stopped.get_token());
  EXPECT_EQ(server->wait(2).size(), 2u);
}

TEST_F(EventsTest, AFullQueueDropsAndDoesNotBlock) {
  for (int i = 0; i < 1'500; ++i) tell("a", "R" + std::to_string(i));
  EXPECT_EQ(dropped(), 500);
}

TEST_F(EventsTest, IsNotAliveWhenEventsWaitAndNobodySends) {
  clock.advance(std::chrono::hours(10));
  EXPECT_TRUE(recorder.alive(seconds(60)));  // nothing waits
  tell("a");
  clock.advance(seconds(60));
  EXPECT_TRUE(recorder.alive(seconds(60)));
  clock.advance(seconds(1));
  EXPECT_FALSE(recorder.alive(seconds(60)));
  start();
  server->wait(1);
  stop();
  EXPECT_TRUE(recorder.alive(seconds(60)));
}

}  // namespace
}  // namespace kube
