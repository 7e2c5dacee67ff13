#include "runtime/manager.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <set>

#include "../base/fake_clock.h"
#include "metric_value.h"

namespace {

using kube::ObjectKey;
using kube::ObjectPtr;
using runtime::Context;
using runtime::Manager;
using runtime::Outcome;
using runtime::Watched;
using std::chrono::seconds;

std::string list_of(const kube::ResourceType& type, const std::vector<std::string>& names) {
  std::string body = R"({"kind":")" + std::string(type.kind) + R"(List","apiVersion":")" + type.api_version() +
                     R"(","metadata":{"resourceVersion":"7"},"items":[)";
  for (std::size_t i = 0; i < names.size(); ++i) {
    body += (i == 0 ? "" : ",") + (R"({"metadata":{"namespace":"ns","name":")" + names[i] + R"(","uid":"u-)" +
                                   names[i] + R"(","resourceVersion":"3"}})");
  }
  return body + "]}";
}

// An API server of a kind each: lists what it is given, and watches until told otherwise.
class Server {
 public:
  explicit Server(const kube::ResourceType& type) : type_(type) {}

  // Streams what it has, but never the bookmark that ends it.
  kube::ListWatch endless_stream() {
    return {source().list, [this](const kube::WatchOptions&, const auto&, std::stop_token stop) -> kube::Result<void> {
              std::unique_lock lock(mutex_);
              ++lists_;
              changed_.notify_all();
              changed_.wait(lock, stop, [] { return false; });
              return tl::unexpected(kube::Error{0, "", "", {}, http::Failure::stopped});
            }};
  }
  kube::ListWatch source() {
    return {[this](const kube::ListOptions&, std::stop_token) -> kube::Result<std::string> {
              const std::lock_guard lock(mutex_);
              ++lists_;
              changed_.notify_all();
              if (refusal_ != 0) return tl::unexpected(kube::Error{refusal_, "", "", {}, http::Failure::broken});
              return list_of(type_, names_);
            },
            [this](const kube::WatchOptions&, const auto& on_line, std::stop_token stop) -> kube::Result<void> {
              std::unique_lock lock(mutex_);
              while (changed_.wait(lock, stop, [this] { return !lines_.empty(); })) {
                const std::string line = lines_.front();
                lines_.pop_front();
                lock.unlock();
                on_line(line);
                lock.lock();
              }
              return tl::unexpected(kube::Error{0, "", "", {}, http::Failure::stopped});
            }};
  }
  void set_names(std::vector<std::string> names) {
    const std::lock_guard lock(mutex_);
    names_ = std::move(names);
  }
  void refuse(int code) {
    const std::lock_guard lock(mutex_);
    refusal_ = code;
  }
  void add(const std::string& name, int version) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(R"({"type":"ADDED","object":{"kind":")" + std::string(type_.kind) + R"(","apiVersion":")" +
                     type_.api_version() + R"(","metadata":{"namespace":"ns","name":")" + name + R"(","uid":"u-)" +
                     name + R"(","resourceVersion":")" + std::to_string(version) + R"("}}})");
    changed_.notify_all();
  }
  void wait_for_lists(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, seconds(60), [&] { return lists_ >= count; }));
  }

 private:
  const kube::ResourceType& type_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::string> names_;
  std::deque<std::string> lines_;
  int refusal_ = 0;
  int lists_ = 0;
};

class ManagerTest : public testing::Test {
 protected:
  ManagerTest() {
    settings.name = "test";
    settings.watched = {{&kube::types::config_map, {}, ""}, {&kube::types::job, {}, "a=b"}};
    settings.key_of = [](const ObjectPtr& before, const ObjectPtr& after, const kube::ResourceType&) {
      return std::optional((after ? after : before)->key);
    };
    settings.workers = 2;
    settings.watcher.state.streaming_list = false;
    settings.watcher.backoff.first = settings.watcher.backoff.cap = base::Duration(1);
  }

  void start() {
    manager.emplace(
        settings,
        [this](const Watched& watched, const std::string& namespace_name) {
          asked_namespaces.insert(namespace_name);
          return *watched.type == kube::types::job ? jobs.source() : config_maps.source();
        },
        clock, metrics, health);
    thread = std::jthread([this](std::stop_token stop) {
      manager->run(
          [this](const Context& context, std::stop_token) {
            if (during) during();
            const std::lock_guard lock(mutex);
            reconciled.push_back(context.key.name);
            changed.notify_all();
            return Outcome::done();
          },
          std::move(stop));
    });
  }
  void stop() {
    thread.request_stop();
    thread.join();
  }
  ~ManagerTest() override {
    if (thread.joinable()) stop();
  }
  void wait_for(const std::string& name) {
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, seconds(60), [&] {
      return std::find(reconciled.begin(), reconciled.end(), name) != reconciled.end();
    })) << name;
  }

  Manager::Settings settings;
  base::FakeClock clock;
  base::Metrics metrics;
  runtime::Health health;
  Server config_maps{kube::types::config_map};
  Server jobs{kube::types::job};
  std::set<std::string> asked_namespaces;
  std::optional<Manager> manager;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> reconciled;
  std::function<void()> during;  // on the worker, in each reconcile
  std::jthread thread;
};

TEST_F(ManagerTest, ReconcilesWhatIsThereAndWhatComes) {
  config_maps.set_names({"a"});
  start();
  wait_for("a");
  jobs.add("b", 8);
  wait_for("b");
  EXPECT_TRUE(manager->synced());
  EXPECT_EQ(health.readyz().status, 200);
  EXPECT_EQ(health.healthz().status, 200);
  EXPECT_NE(manager->store(kube::types::job).find({"ns", "b"}), nullptr);
}

TEST_F(ManagerTest, ReconcilesNothingBeforeEveryCacheIsSyncedAndHeals) {
  config_maps.set_names({"a"});
  jobs.refuse(403);
  start();
  jobs.wait_for_lists(3);
  EXPECT_FALSE(manager->synced());
  EXPECT_EQ(health.readyz().status, 503);
  EXPECT_NE(health.readyz().body.find("jobs.batch in all namespaces"), std::string::npos) << health.readyz().body;
  EXPECT_EQ(health.healthz().status, 200);
  {
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(reconciled.empty());
  }
  jobs.refuse(0);
  wait_for("a");
  EXPECT_EQ(health.readyz().status, 200);
}

TEST_F(ManagerTest, ReconcilesNothingBeforeItIsAdmitted) {
  std::atomic<bool> asked = false;
  std::atomic<bool> admitted = false;
  settings.admission = [&](std::stop_token) {
    EXPECT_TRUE(manager->synced());
    asked = true;
    asked.notify_all();
    admitted.wait(false);
    return true;
  };
  config_maps.set_names({"a"});
  start();
  asked.wait(false);
  {
    const std::lock_guard lock(mutex);
    EXPECT_TRUE(reconciled.empty());
  }
  admitted = true;
  admitted.notify_all();
  wait_for("a");
}

TEST_F(ManagerTest, ReconcilesNothingWhenItIsNeverAdmitted) {
  std::atomic<bool> asked = false;
  settings.admission = [&](std::stop_token) {
    asked = true;
    asked.notify_all();
    return false;
  };
  config_maps.set_names({"a"});
  start();
  asked.wait(false);
  stop();
  EXPECT_TRUE(reconciled.empty());
}

TEST_F(ManagerTest, WarnsOfAStreamingListThatDoesNotEnd) {
  settings.housekeeping = base::Duration(20);
  settings.watcher.state.streaming_list = true;
  Server* const stuck = &jobs;
  testing::internal::CaptureStderr();
  manager.emplace(
      settings, [stuck](const Watched&, const std::string&) { return stuck->endless_stream(); }, clock, metrics,
      health);
  thread = std::jthread([this](std::stop_token end) { manager->run({}, std::move(end)); });
  stuck->wait_for_lists(2);
  clock.advance(seconds(30));
  std::this_thread::sleep_for(base::Duration(100));
  stop();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_NE(log.find("the streaming list has not ended yet"), std::string::npos) << log;
  EXPECT_NE(log.find("jobs.batch in all namespaces"), std::string::npos) << log;
  EXPECT_NE(log.find("30 s"), std::string::npos) << log;
}

TEST_F(ManagerTest, EndsWhileItWaitsForACacheThatNeverComes) {
  jobs.refuse(500);
  start();
  jobs.wait_for_lists(2);
  stop();
  EXPECT_FALSE(manager->synced());
}

TEST_F(ManagerTest, WatchesEachNamespaceByItself) {
  settings.namespaces = {"ns", "other"};
  start();
  EXPECT_EQ(asked_namespaces, (std::set<std::string>{"ns", "other"}));
}

TEST_F(ManagerTest, PutsTheFirstListBehindWhatHappensLater) {
  std::atomic<bool> asked = false;
  std::atomic<bool> admitted = false;
  settings.workers = 1;
  settings.admission = [&](std::stop_token) {
    asked = true;
    asked.notify_all();
    admitted.wait(false);
    return true;
  };
  config_maps.set_names({"old1", "old2"});
  start();
  asked.wait(false);
  jobs.add("new", 8);
  while (manager->queue().depth() < 3) std::this_thread::yield();
  admitted = true;
  admitted.notify_all();
  wait_for("old1");
  wait_for("old2");
  const std::lock_guard lock(mutex);
  EXPECT_EQ(reconciled.front(), "new");
}

TEST_F(ManagerTest, SurvivesAMappingThatThrows) {
  settings.key_of = [](const ObjectPtr&, const ObjectPtr& after,
                       const kube::ResourceType&) -> std::optional<ObjectKey> {
    if (after->key.name == "odd") throw std::runtime_error("a bug");
    return after->key;
  };
  config_maps.set_names({"odd", "fine"});
  start();
  wait_for("fine");
  EXPECT_EQ(metric_value(metrics, R"(controller_runtime_event_mapping_failures_total{controller="test"})"), 1);
}

TEST_F(ManagerTest, LeavesOutWhatTheMappingLeavesOut) {
  settings.key_of = [](const ObjectPtr&, const ObjectPtr& after, const kube::ResourceType& type) {
    return type == kube::types::job ? std::optional(after->key) : std::nullopt;
  };
  config_maps.set_names({"a"});
  jobs.set_names({"b"});
  start();
  wait_for("b");
  stop();
  EXPECT_EQ(reconciled, std::vector<std::string>{"b"});
}

TEST_F(ManagerTest, IsNotAliveWithAStuckWorker) {
  std::atomic<bool> begun = false;
  std::atomic<bool> may_end = false;
  during = [&] {
    begun = true;
    begun.notify_all();
    may_end.wait(false);
  };
  config_maps.set_names({"a"});
  start();
  begun.wait(false);
  clock.advance(std::chrono::minutes(5));
  EXPECT_EQ(health.healthz().status, 200);
  clock.advance(seconds(1));
  EXPECT_EQ(health.healthz().status, 503);
  EXPECT_NE(health.healthz().body.find("ns/a"), std::string::npos);
  may_end = true;
  may_end.notify_all();
  wait_for("a");
}

TEST_F(ManagerTest, IsNotAliveWhenKeysWaitAndNobodyTakesThem) {
  settings.workers = 0;  // as if each had ended
  // Out of reach of the clock below, which goes on while threads that have nothing to do with it are not scheduled.
  settings.stuck_house = std::chrono::hours(24 * 365);
  settings.stuck_watcher = std::chrono::hours(24 * 365);
  config_maps.set_names({"a"});
  std::atomic<bool> admitted = false;
  settings.admission = [&](std::stop_token) {
    admitted = true;
    admitted.notify_all();
    return true;
  };
  start();
  admitted.wait(false);
  // Keys that waited while another process led do not count: from the start of the workers on.
  while (health.healthz().status == 200) {
    clock.advance(std::chrono::minutes(11));
    std::this_thread::yield();
  }
  EXPECT_NE(health.healthz().body.find("no worker has taken a key"), std::string::npos) << health.healthz().body;
}

TEST_F(ManagerTest, IsAliveWhileItStandsByHoweverLong) {
  settings.stuck_watcher = std::chrono::hours(24);
  std::atomic<bool> asked = false;
  settings.admission = [&](std::stop_token stop) {
    asked = true;
    asked.notify_all();
    std::mutex waiting;
    std::condition_variable_any never;
    std::unique_lock lock(waiting);
    never.wait(lock, stop, [] { return false; });
    return false;
  };
  config_maps.set_names({"a"});
  start();
  asked.wait(false);
  clock.advance(std::chrono::hours(10));
  EXPECT_EQ(health.healthz().status, 200) << health.healthz().body;
  EXPECT_EQ(health.readyz().status, 200);
}

TEST_F(ManagerTest, IsNotAliveWhenItsOwnLoopHangs) {
  settings.housekeeping = std::chrono::hours(1);  // as if it did: nothing wakes it
  // Never: the clock goes on until the loop has begun, however late that is.
  settings.stuck_watcher = std::chrono::hours(24 * 365 * 100);
  config_maps.set_names({"a"});
  start();
  wait_for("a");
  while (health.healthz().status == 200) {
    clock.advance(std::chrono::minutes(6));
    std::this_thread::yield();
  }
  EXPECT_NE(health.healthz().body.find("own loop"), std::string::npos) << health.healthz().body;
}

TEST_F(ManagerTest, IsNotAliveWithAStuckWatcher) {
  config_maps.set_names({"a"});
  start();
  wait_for("a");
  clock.advance(std::chrono::minutes(16));
  EXPECT_EQ(health.healthz().status, 503);
  EXPECT_EQ(health.readyz().status, 200);
}

TEST_F(ManagerTest, ReplaysEverythingAtAResync) {
  settings.housekeeping = base::Duration(1);
  config_maps.set_names({"a"});
  start();
  wait_for("a");
  {
    const std::lock_guard lock(mutex);
    reconciled.clear();
  }
  clock.advance(std::chrono::hours(12));
  wait_for("a");
}

}  // namespace
