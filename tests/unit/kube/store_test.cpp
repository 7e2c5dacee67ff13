#include "kube/store.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "samples.h"

namespace {

using kube::ObjectKey;
using kube::ObjectPtr;

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    store.on_change([this](const ObjectPtr& before, const ObjectPtr& after) {
      const auto shown = [](const ObjectPtr& object) {
        return object ? object->key.name + ":" + object->uid + "@" + object->resource_version : std::string("-");
      };
      told.push_back(shown(before) + " > " + shown(after));
    });
  }
  std::string version(const std::string& name) const {
    const ObjectPtr object = store.find({"ns", name});
    return object ? object->resource_version : "";
  }
  std::vector<std::string> take_told() { return std::exchange(told, {}); }
  using Told = std::vector<std::string>;

  kube::Store store;
  Told told;
};

TEST_F(StoreTest, TellsOfWhatComesChangesAndGoes) {
  store.upsert(make_object("a", "u", "1", "x"));
  store.upsert(make_object("a", "u", "2", "y"));
  store.erase(make_object("a", "u", "3", "y"));
  EXPECT_EQ(take_told(), (Told{"- > a:u@1", "a:u@1 > a:u@2", "a:u@2 > -"}));
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, DoesNotTellOfANewVersionWithNothingNew) {
  store.upsert(make_object("a", "u", "1", "x"));
  take_told();
  store.upsert(make_object("a", "u", "2", "x"));
  EXPECT_EQ(take_told(), Told{});
  EXPECT_EQ(version("a"), "2");
}

TEST_F(StoreTest, TellsWhenOnlyTheAppliedHashIsNew) {
  store.upsert(make_object("a", "u", "1", "x"));
  auto drifted = std::make_shared<kube::Object>(*make_object("a", "u", "2", "x"));
  drifted->applied_hash = 7;
  take_told();
  store.upsert(drifted);
  EXPECT_EQ(take_told().size(), 1u);
}

TEST_F(StoreTest, TakesAnotherUidOfOneNameForDeleteAndCreate) {
  store.upsert(make_object("a", "u1", "1"));
  take_told();
  store.upsert(make_object("a", "u2", "2"));
  EXPECT_EQ(take_told(), (Told{"a:u1@1 > -", "- > a:u2@2"}));
}

TEST_F(StoreTest, IgnoresTheDeleteOfAFormerUid) {
  store.upsert(make_object("a", "u2", "2"));
  take_told();
  store.erase(make_object("a", "u1", "1"));
  EXPECT_EQ(take_told(), Told{});
  EXPECT_EQ(version("a"), "2");
}

TEST_F(StoreTest, ReadsAnOwnWriteAtOnce) {
  store.wrote(make_object("a", "u", "5"));
  EXPECT_EQ(version("a"), "5");
}

TEST_F(StoreTest, DoesNotTellOfWhatAnOwnWriteMadeButOfWhatItChanged) {
  store.wrote(make_object("a", "u", "5", "x"), true);
  EXPECT_EQ(take_told(), Told{});
  store.wrote(make_object("a", "u", "6", "y"));
  EXPECT_EQ(take_told(), Told{"a:u@5 > a:u@6"});
}

TEST_F(StoreTest, TellsOfWhatAnOwnWriteFoundThereAlready) {
  // The watch has not shown it yet, and will tell nothing new: a Job may have come to its end long ago.
  store.wrote(make_object("a", "u", "5", "complete"));
  EXPECT_EQ(take_told(), Told{"- > a:u@5"});
  store.upsert(make_object("a", "u", "5", "complete"));
  EXPECT_EQ(take_told(), Told{});
}

TEST_F(StoreTest, IgnoresEventsOlderThanAnOwnWrite) {
  store.wrote(make_object("a", "u", "5", "mine"));
  take_told();
  store.upsert(make_object("a", "u", "4", "old"));
  EXPECT_EQ(take_told(), Told{});
  EXPECT_EQ(version("a"), "5");
}

TEST_F(StoreTest, IgnoresADeleteOlderThanAnOwnWrite) {
  // The object lost the label that the watch selects by, and our apply put it back.
  store.upsert(make_object("a", "u", "3"));
  store.wrote(make_object("a", "u", "5"));
  store.erase(make_object("a", "u", "4"));
  EXPECT_EQ(version("a"), "5");
  store.upsert(make_object("a", "u", "5"));
  EXPECT_EQ(version("a"), "5");
}

TEST_F(StoreTest, ComparesVersionsAsNumbers) {
  store.wrote(make_object("a", "u", "10"));
  store.upsert(make_object("a", "u", "9", "old"));
  EXPECT_EQ(version("a"), "10");
}

TEST_F(StoreTest, BelievesTheWatchAgainOnceItHasSeenTheOwnWrite) {
  store.wrote(make_object("a", "u", "5"));
  store.upsert(make_object("a", "u", "5"));
  store.upsert(make_object("a", "u", "2", "from a restored etcd"));
  EXPECT_EQ(version("a"), "2");
}

TEST_F(StoreTest, IgnoresAnAnswerThatTheWatchHasOvertaken) {
  store.upsert(make_object("a", "u", "6", "newer"));
  take_told();
  store.wrote(make_object("a", "u", "5", "mine"));
  EXPECT_EQ(take_told(), Told{});
  EXPECT_EQ(version("a"), "6");
}

TEST_F(StoreTest, DoesNotBringBackWhatTheWatchSaidIsGone) {
  store.upsert(make_object("a", "u", "5"));
  store.erase(make_object("a", "u", "6"));
  take_told();
  store.wrote(make_object("a", "u", "5"));  // an answer that was late
  EXPECT_EQ(take_told(), Told{});
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, TakesBackWhatOnlyLostItsLabel) {
  store.upsert(make_object("a", "u", "5"));
  store.erase(make_object("a", "u", "6"));
  store.upsert(make_object("a", "u", "7"));
  EXPECT_EQ(version("a"), "7");
}

TEST_F(StoreTest, ForgetsAtOnceWhatWeDeleted) {
  store.upsert(make_object("a", "u", "5"));
  take_told();
  store.removed({"ns", "a"}, "u");
  EXPECT_EQ(take_told(), Told{"a:u@5 > -"});
  store.upsert(make_object("a", "u", "6", "deleting"));
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, TakesTheSuccessorOfWhatWeDeleted) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  store.wrote(make_object("a", "u2", "7"));
  store.erase(make_object("a", "u", "6"));
  EXPECT_EQ(version("a"), "7");
}

TEST_F(StoreTest, TakesAWriteThatShowsThatOurDeleteIsHeldUp) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  store.wrote(make_object("a", "u", "8", "kept by a finalizer"));
  EXPECT_EQ(version("a"), "8");
  store.upsert(make_object("a", "u", "9"));
  EXPECT_EQ(version("a"), "9");
}

TEST_F(StoreTest, KeepsWhatWeDeletedOutOfAnOlderList) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  store.replace({make_object("a", "u", "5")}, "6", "");
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, DropsATombstoneAtAListWithoutTheUid) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  const std::size_t with = store.bytes();
  store.replace({}, "7", "");
  EXPECT_LT(store.bytes(), with);
}

TEST_F(StoreTest, KeepsATombstoneAtAListOlderThanTheDelete) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  store.replace({}, "4", "");  // of before it was made
  store.upsert(make_object("a", "u", "5"));
  EXPECT_EQ(store.size(), 0u);
}

// A list of one namespace says nothing about the others.
TEST_F(StoreTest, KeepsATombstoneAtAListOfOneNamespace) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  store.replace({}, "7", "other");
  store.upsert(make_object("a", "u", "6"));
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, IgnoresALateAnswerToAWriteOfBeforeOurDelete) {
  store.upsert(make_object("a", "u", "5"));
  store.removed({"ns", "a"}, "u");
  store.wrote(make_object("a", "u", "5"));
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, AnsweringTwiceForOneDeleteTellsOnce) {
  store.upsert(make_object("a", "u", "5"));
  take_told();
  store.removed({"ns", "a"}, "u");
  store.removed({"ns", "a"}, "u");
  store.erase(make_object("a", "u", "6"));
  EXPECT_EQ(take_told(), Told{"a:u@5 > -"});
}

TEST_F(StoreTest, TheOldestTombstonesFallOutFirst) {
  store.removed({"ns", "old"}, "old");
  store.removed({"ns", "again"}, "again");
  for (int i = 0; i < 2046; ++i) store.removed({"ns", "a"}, "uid-" + std::to_string(i));
  store.upsert(make_object("again", "again", "6"));  // still barred
  EXPECT_EQ(store.size(), 0u);
  store.removed({"ns", "one more"}, "one more");
  store.upsert(make_object("again", "again", "7"));
  EXPECT_EQ(store.size(), 0u);
  store.upsert(make_object("old", "old", "6"));
  EXPECT_EQ(version("old"), "6");
}

TEST_F(StoreTest, BoundsItsTombstones) {
  for (int i = 0; i < 10'000; ++i) store.removed({"ns", "a"}, "uid-" + std::to_string(i));
  const std::size_t bytes = store.bytes();
  for (int i = 0; i < 10'000; ++i) store.removed({"ns", "a"}, "more-" + std::to_string(i));
  EXPECT_EQ(store.bytes(), bytes);
}

TEST_F(StoreTest, ReplacesItsContentByAList) {
  store.upsert(make_object("gone", "1", "1"));
  store.upsert(make_object("same", "2", "2"));
  store.upsert(make_object("new-uid", "3", "3"));
  store.upsert(make_object("changed", "4", "4"));
  take_told();
  store.replace({make_object("same", "2", "2"), make_object("new-uid", "5", "7"), make_object("changed", "4", "8", "x"),
                 make_object("come", "6", "9")},
                "10", "");
  EXPECT_EQ(take_told(),
            (Told{"gone:1@1 > -", "new-uid:3@3 > -", "- > new-uid:5@7", "changed:4@4 > changed:4@8", "- > come:6@9"}));
  EXPECT_EQ(store.size(), 4u);
}

TEST_F(StoreTest, KeepsAnOwnWriteThatIsNewerThanTheList) {
  store.wrote(make_object("a", "u", "11"));
  store.replace({}, "10", "");
  EXPECT_EQ(version("a"), "11");
  store.replace({}, "12", "");
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, DoesNotKeepWhatTheWatchBroughtHoweverNew) {
  store.upsert(make_object("a", "u", "11"));
  store.replace({}, "10", "");
  EXPECT_EQ(store.size(), 0u);
}

TEST_F(StoreTest, ReplacesOneNamespaceAlone) {
  auto other = std::make_shared<kube::Object>(*make_object("b", "2", "2"));
  other->key.namespace_name = "other";
  store.upsert(make_object("a", "1", "1"));
  store.upsert(other);
  store.replace({}, "9", "ns");
  EXPECT_EQ(store.keys(), (std::vector<ObjectKey>{{"other", "b"}}));
}

TEST_F(StoreTest, FindsWhatIsOwnedByName) {
  store.upsert(make_object("b", "1", "1", "", "owner"));
  store.upsert(make_object("a", "2", "2", "", "owner"));
  store.upsert(make_object("c", "3", "3", "", "another"));
  const auto owned = store.owned_by("owner");
  ASSERT_EQ(owned.size(), 2u);
  EXPECT_EQ(owned[0]->key.name, "a");
  EXPECT_EQ(owned[1]->key.name, "b");
}

TEST_F(StoreTest, FollowsAChangeOfOwner) {
  store.upsert(make_object("a", "1", "1", "", "first"));
  store.upsert(make_object("a", "1", "2", "", "second"));
  EXPECT_TRUE(store.owned_by("first").empty());
  EXPECT_EQ(store.owned_by("second").size(), 1u);
  store.erase(make_object("a", "1", "3", "", "second"));
  EXPECT_TRUE(store.owned_by("second").empty());
}

TEST_F(StoreTest, CountsTheLatestVersionAmongTheOwned) {
  store.upsert(make_object("a", "1", "1", "x", "owner"));
  store.upsert(make_object("a", "1", "2", "x", "owner"));
  ASSERT_EQ(store.owned_by("owner").size(), 1u);
  EXPECT_EQ(store.owned_by("owner")[0]->resource_version, "2");
}

TEST_F(StoreTest, GivesBackAllItCounted) {
  const std::size_t empty = store.bytes();
  for (int i = 0; i < 100; ++i) {
    store.upsert(make_object("a" + std::to_string(i), "u" + std::to_string(i), "1", std::string(1000, 'x'), "owner"));
  }
  EXPECT_GT(store.bytes(), empty + 100'000);
  store.replace({}, "2", "");
  EXPECT_EQ(store.bytes(), empty);
}

// Readers see whole lists, never something between two of them.
TEST(StoreThreads, ReplaceIsAtomicForReaders) {
  kube::Store store;
  std::vector<ObjectPtr> first;
  std::vector<ObjectPtr> second;
  for (int i = 0; i < 50; ++i) {
    first.push_back(make_object("a" + std::to_string(i), "a" + std::to_string(i), "1", "", "owner"));
    second.push_back(make_object("b" + std::to_string(i), "b" + std::to_string(i), "1", "", "owner"));
  }
  store.replace(first, "1", "");
  std::jthread writer([&](std::stop_token stop) {
    for (bool odd = false; !stop.stop_requested(); odd = !odd) store.replace(odd ? first : second, "1", "");
  });
  for (int i = 0; i < 500; ++i) {
    const auto owned = store.owned_by("owner");
    ASSERT_EQ(owned.size(), 50u);
    ASSERT_EQ(owned.front()->key.name[0], owned.back()->key.name[0]);
  }
}

// A model of one name: whatever order own writes and a watch that lags behind come in, the store ends where the server
// is.
TEST(StoreModel, EndsWhereTheServerIs) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    kube::Store store;
    struct Event {
      bool deleted;
      ObjectPtr object;
    };
    std::deque<Event> lag;
    ObjectPtr live;
    int version = 9;  // so that 9 and 10 meet
    int uid = 0;
    for (int step = 0; step < 30; ++step) {
      const unsigned dice = random() % 10;
      if (dice < 4) {
        if (!live) ++uid;
        live = make_object("a", std::to_string(uid), std::to_string(++version), std::to_string(random() % 3));
        lag.push_back({false, live});
        if (random() % 2 == 0) store.wrote(live);  // else somebody else's write
      } else if (dice < 6 && live) {
        lag.push_back({true, make_object("a", live->uid, std::to_string(++version), live->fields)});
        if (random() % 2 == 0) store.removed(live->key, live->uid);
        live = nullptr;
      } else if (dice < 9 && !lag.empty()) {
        lag.front().deleted ? store.erase(lag.front().object) : store.upsert(lag.front().object);
        lag.pop_front();
      } else if (dice == 9) {
        lag.clear();
        store.replace(live ? std::vector<ObjectPtr>{live} : std::vector<ObjectPtr>{}, std::to_string(version), "");
      }
    }
    for (const Event& event : lag) event.deleted ? store.erase(event.object) : store.upsert(event.object);
    const ObjectPtr held = store.find({"ns", "a"});
    ASSERT_EQ(held ? held->resource_version : "", live ? live->resource_version : "") << "round " << round;
  }
}

}  // namespace
