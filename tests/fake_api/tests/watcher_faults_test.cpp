// kube::Watcher and kube::Store over the real transport, on a server whose watches go wrong. Whatever happens, the
// store ends up with what the server has.
#include <random>

#include "fake_api/tests/machinery.h"

namespace {

using fake_api::Fault;
using fake_api::Verb;
using machinery::config_map;
using machinery::Watching;
using StreamingList = fake_api::WatchSettings::StreamingList;

class WatcherFaults : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& value) { server_.api().apply(config_map(name, value), "test"); }
  void remove(const std::string& name) { server_.api().remove({"configmaps", "default", name}); }

  Watching& watch(base::Duration idle = std::chrono::minutes(10)) {
    watching_ = std::make_unique<Watching>(server_, idle, Watching::quick());
    return *watching_;
  }
  bool shows(const std::string& name, const std::string& value) {
    return watching_->wait(server_, [&] { return watching_->value(name) == value; });
  }
  bool agrees() {
    const auto same = [&] {
      const auto objects = server_.store().list("configmaps");
      if (objects.size() != watching_->store().size()) return false;
      return std::ranges::all_of(objects, [&](const fake_api::ObjectPtr& object) {
        const auto held = watching_->store().find({"default", json::string_at(*object, "/metadata/name")});
        return held != nullptr && held->resource_version == json::string_at(*object, "/metadata/resourceVersion");
      });
    };
    return watching_->wait(server_, same);
  }
  std::size_t add(const std::function<void(Fault&)>& shape, Verb verb = Verb::watch) {
    Fault fault;
    fault.match.verb = verb;
    shape(fault);
    return server_.faults().add(std::move(fault));
  }

  fake_api::Server server_;
  std::unique_ptr<Watching> watching_;
};

class WatcherFaultsInEitherMode : public WatcherFaults, public testing::WithParamInterface<StreamingList> {
 protected:
  WatcherFaultsInEitherMode() { server_.watches().streaming_list = GetParam(); }
};

INSTANTIATE_TEST_SUITE_P(Lists, WatcherFaultsInEitherMode,
                         testing::Values(StreamingList::served, StreamingList::refused), [](const auto& mode) {
                           return mode.param == StreamingList::served ? "Streamed" : "RefusedStream";
                         });

// Something between the client and the server swallows the parameters: no bookmark ever ends the streaming list.
TEST_F(WatcherFaults, AStreamingListThatIsIgnoredIsGivenUpForAList) {
  server_.watches().streaming_list = StreamingList::ignored;
  put("a", "1");
  ASSERT_TRUE(watch(std::chrono::milliseconds(300)).watcher().wait_synced(machinery::deadline, {}));
  EXPECT_TRUE(agrees());
}

TEST_P(WatcherFaultsInEitherMode, FollowsTheServer) {
  put("old", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  EXPECT_EQ(watching_->value("old"), "1");
  put("a", "1");
  put("a", "2");
  EXPECT_TRUE(shows("a", "2"));
  remove("old");
  EXPECT_TRUE(agrees());
}

TEST_P(WatcherFaultsInEitherMode, ADroppedWatchIsTakenUpWhereItBrokeOff) {
  put("a", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  for (int i = 2; i < 6; ++i) {
    ASSERT_TRUE(server_.wait_watches(1, machinery::until(), "configmaps"));
    server_.drop_connections();
    put("a", std::to_string(i));
    EXPECT_TRUE(shows("a", std::to_string(i)));
  }
}

TEST_P(WatcherFaultsInEitherMode, AWatchThatBreaksOffInAnEventLosesNone) {
  put("a", "1");
  const std::size_t cut = add([](Fault& fault) {
    fault.drop_after = 3;
    fault.times = 3;
  });
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  for (int i = 0; server_.faults().fired(cut) < 3 && i < 200; ++i) {
    put("b", std::to_string(i));
    ASSERT_TRUE(shows("b", std::to_string(i)));
  }
  EXPECT_EQ(server_.faults().fired(cut), 3);
  EXPECT_TRUE(agrees());
}

TEST_P(WatcherFaultsInEitherMode, AHalfOpenWatchIsGivenUp) {
  put("a", "1");
  const std::size_t silent = add([](Fault& fault) { fault.half_open_after = 2; });
  ASSERT_TRUE(watch(std::chrono::milliseconds(300)).watcher().wait_synced(machinery::deadline, {}));
  put("b", "1");
  put("b", "2");
  put("b", "3");
  ASSERT_TRUE(server_.faults().wait_fired(silent, machinery::deadline));
  EXPECT_TRUE(shows("b", "3"));
}

TEST_P(WatcherFaultsInEitherMode, AnExpiredVersionInTheStreamLeadsToAList) {
  put("a", "1");
  put("b", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  ASSERT_TRUE(server_.wait_watches(1, machinery::until()));
  server_.store().freeze();
  remove("b");
  put("a", "2");
  server_.store().compact(server_.store().version());
  ++server_.watches().expiries;
  server_.store().thaw(false);
  EXPECT_TRUE(shows("a", "2"));
  EXPECT_TRUE(agrees());
}

TEST_P(WatcherFaultsInEitherMode, AnExpiredVersionAsAnHttpStatusLeadsToAList) {
  put("a", "1");
  put("b", "1");
  server_.watches().expired_as_http_status = true;
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  ASSERT_TRUE(server_.wait_watches(1, machinery::until()));
  server_.close_gate();
  server_.drop_connections();
  remove("b");
  put("a", "2");
  server_.store().compact(server_.store().version());
  server_.open_gate();
  EXPECT_TRUE(shows("a", "2"));
  EXPECT_TRUE(agrees());
}

TEST_P(WatcherFaultsInEitherMode, RefusedWatchesAreAskedForAgain) {
  add([](Fault& fault) {
    fault.instead = fake_api::refusal(429, "TooManyRequests", "slow down", 1);
    fault.times = 1;
  });
  add([](Fault& fault) {
    fault.instead = fake_api::refusal(500, "InternalError", "etcd is away");
    fault.times = 2;
  });
  put("a", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  put("a", "2");
  EXPECT_TRUE(shows("a", "2"));
}

TEST_P(WatcherFaultsInEitherMode, EventsInSmallSlowPiecesAreRead) {
  add([](Fault& fault) {
    fault.pace = {11, std::chrono::microseconds(20)};
    fault.times = -1;
  });
  put("a", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  for (int i = 0; i < 20; ++i) put("b", "\xC3\xA4 \n " + std::to_string(i));
  EXPECT_TRUE(shows("b", "\xC3\xA4 \n 19"));
}

TEST_P(WatcherFaultsInEitherMode, TenMegabytesInOneEventAreRead) {
  put("a", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  const std::string large(10'000'000, 'x');
  put("a", large);
  EXPECT_TRUE(shows("a", large));
  put("b", "after");
  EXPECT_TRUE(shows("b", "after"));
}

TEST_P(WatcherFaultsInEitherMode, ALaggingViewCatchesUp) {
  put("a", "1");
  put("b", "1");
  server_.store().freeze();
  put("a", "2");
  remove("b");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  EXPECT_EQ(watching_->value("a"), "1");
  server_.store().thaw(true);
  EXPECT_TRUE(shows("a", "2"));
  EXPECT_TRUE(agrees());
}

TEST_P(WatcherFaultsInEitherMode, AnObjectMadeAnewUnseenIsAnotherOne) {
  put("a", "1");
  ASSERT_TRUE(watch().watcher().wait_synced(machinery::deadline, {}));
  const std::string first = watching_->store().find({"default", "a"})->uid;
  server_.store().freeze();
  remove("a");
  put("a", "1");
  server_.store().thaw(true);
  EXPECT_TRUE(watching_->wait(server_, [&] {
    const auto held = watching_->store().find({"default", "a"});
    return held != nullptr && held->uid != first;
  }));
}

TEST_P(WatcherFaultsInEitherMode, AServerThatIsAwayIsWaitedFor) {
  put("a", "1");
  server_.close_gate();
  watch();
  server_.drop_connections();
  server_.open_gate();
  EXPECT_TRUE(watching_->watcher().wait_synced(machinery::deadline, {}));
  EXPECT_TRUE(agrees());
}

// Many changes while connections break, answers are refused and versions expire: no event is lost for good.
TEST_P(WatcherFaultsInEitherMode, AStormOfChangesAndFaultsEndsInAgreement) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  watch(std::chrono::milliseconds(500));
  for (int i = 0; i < 400; ++i) {
    const std::string name = "m" + std::to_string(random() % 10);
    if (random() % 4 == 0 && !server_.api().read({"configmaps", "default", name}).is_null()) {
      remove(name);
    } else {
      put(name, std::to_string(i));
    }
    if (random() % 20 == 0) server_.drop_connections();
    if (random() % 20 == 0) server_.store().compact(server_.store().version());
    if (random() % 40 == 0) ++server_.watches().expiries;
    if (random() % 20 == 0) add([&](Fault& fault) { fault.drop_after = static_cast<int>(random() % 5); });
    if (random() % 40 == 0) add([&](Fault& fault) { fault.half_open_after = static_cast<int>(random() % 5); });
    if (random() % 40 == 0) {
      add([](Fault& fault) { fault.instead = fake_api::refusal(500, "InternalError", "x"); }, Verb::list);
    }
  }
  server_.faults().clear();
  EXPECT_TRUE(agrees());
}

}  // namespace
