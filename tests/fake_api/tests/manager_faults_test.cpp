// runtime::Manager over the real transport: nothing is reconciled on half a picture, nothing is missed, and it ends
// when it is told to, whatever the server does.
#include "fake_api/tests/machinery.h"
#include "runtime/manager.h"

namespace {

using fake_api::Fault;
using fake_api::Verb;
using machinery::config_map;

class ManagerFaults : public testing::Test {
 protected:
  ManagerFaults() : connected_(server_) {}
  ~ManagerFaults() override { stop(); }

  void start() {
    runtime::Manager::Settings settings;
    settings.name = "test";
    settings.watched = {{&kube::types::config_map, {{"data"}}, ""}, {&kube::types::service, {{"spec"}}, ""}};
    settings.key_of = [](const kube::ObjectPtr& before, const kube::ObjectPtr& after, const kube::ResourceType&) {
      return std::optional((after != nullptr ? after : before)->key);
    };
    settings.watcher = machinery::Watching::quick();
    manager_ = std::make_unique<runtime::Manager>(settings, connected_.client(), clock_, connected_.metrics(), health_);
    thread_ = std::jthread([this](const std::stop_token& stop_requested) {
      manager_->run([this](const runtime::Context& context, std::stop_token) { return reconcile(context.key); },
                    stop_requested);
    });
  }
  void stop() { thread_ = {}; }

  // Remembers what the store shows of the key now.
  runtime::Outcome reconcile(const kube::ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    const kube::ObjectPtr found = manager_->store(kube::types::config_map).find(key);
    seen_[key.name] = found == nullptr ? "gone" : json::string_at(found->parsed(), "/data/v");
    synced_at_first_ = synced_at_first_ && manager_->synced();
    changed_.notify_all();
    return runtime::Outcome::done();
  }
  bool sees(const std::string& name, const std::string& value) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, machinery::until(), [&] { return seen_[name] == value; });
  }
  void put(const std::string& name, const std::string& value) { server_.api().apply(config_map(name, value), "test"); }

  fake_api::Server server_;
  machinery::Connected connected_;
  const base::SystemClock clock_;
  runtime::Health health_;
  std::unique_ptr<runtime::Manager> manager_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> seen_;
  bool synced_at_first_ = true;
  std::jthread thread_;
};

TEST_F(ManagerFaults, NothingIsReconciledBeforeEveryKindIsThere) {
  Fault away;
  away.match.plural = "services";
  away.instead = fake_api::refusal(500, "InternalError", "etcd is away");
  away.times = 5;
  const std::size_t number = server_.faults().add(away);
  put("a", "1");
  start();
  EXPECT_TRUE(sees("a", "1"));
  EXPECT_EQ(server_.faults().fired(number), 5);
  EXPECT_TRUE(synced_at_first_);
}

TEST_F(ManagerFaults, ChangesAndDeletesAreSeenAcrossBrokenConnections) {
  put("a", "1");
  put("b", "1");
  start();
  ASSERT_TRUE(sees("a", "1"));
  for (int i = 2; i < 8; ++i) {
    server_.drop_connections();
    put("a", std::to_string(i));
    EXPECT_TRUE(sees("a", std::to_string(i)));
  }
  server_.drop_connections();
  server_.api().remove({"configmaps", "default", "b"});
  EXPECT_TRUE(sees("b", "gone"));
}

TEST_F(ManagerFaults, ADeleteThatFellIntoACompactedGapIsSeen) {
  put("a", "1");
  put("b", "1");
  start();
  ASSERT_TRUE(sees("b", "1"));
  server_.close_gate();
  server_.drop_connections();
  server_.api().remove({"configmaps", "default", "b"});
  server_.store().compact(server_.store().version());
  server_.open_gate();
  EXPECT_TRUE(sees("b", "gone"));
}

TEST_F(ManagerFaults, ItEndsThoughWatchesHangAndTheServerIsAway) {
  Fault silent;
  silent.match.verb = Verb::watch;
  silent.half_open_after = 1;
  silent.times = -1;
  server_.faults().add(silent);
  put("a", "1");
  start();
  ASSERT_TRUE(server_.wait_watches(2, machinery::until()));
  server_.close_gate();
  const auto begin = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, machinery::deadline);
}

}  // namespace
