#include "runtime/queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <semaphore>
#include <thread>

#include "../base/fake_clock.h"
#include "metric_value.h"

namespace {

using runtime::Queue;
using Priority = Queue::Priority;
using std::chrono::milliseconds;
using std::chrono::seconds;

kube::ObjectKey key(const std::string& name) { return {"ns", name}; }

class QueueTest : public testing::Test {
 protected:
  // The next name, without waiting; empty: nothing is due.
  std::string take() {
    if (queue.depth() == 0) return "";
    return queue.get({})->name;
  }
  std::string take_and_finish() {
    const std::string name = take();
    if (!name.empty()) queue.done(key(name));
    return name;
  }
  // After how long the key is due, by doubling and halving the clock's steps to the millisecond.
  base::Duration due_in(base::Duration at_most) {
    base::Duration waited{0};
    while (queue.depth() == 0 && waited < at_most) {
      clock.advance(milliseconds(1));
      waited += milliseconds(1);
    }
    return waited;
  }

  base::FakeClock clock;
  base::Metrics metrics;
  Queue queue{"test", clock, {}, metrics};
};

TEST_F(QueueTest, IsFirstInFirstOut) {
  for (const char* name : {"b", "a", "c"}) queue.add(key(name));
  EXPECT_EQ(take(), "b");
  EXPECT_EQ(take(), "a");
  EXPECT_EQ(take(), "c");
}

TEST_F(QueueTest, HoldsAKeyOnce) {
  queue.add(key("a"));
  queue.add(key("a"));
  EXPECT_EQ(take_and_finish(), "a");
  EXPECT_EQ(take(), "");
}

TEST_F(QueueTest, DoesNotHandOutAKeyThatIsInHand) {
  queue.add(key("a"));
  EXPECT_EQ(take(), "a");
  queue.add(key("a"));
  EXPECT_EQ(take(), "");
  queue.done(key("a"));
  EXPECT_EQ(take(), "a");
}

TEST_F(QueueTest, ForgetsAKeyThatIsDoneAndClean) {
  queue.add(key("a"));
  take_and_finish();
  EXPECT_EQ(take(), "");
}

TEST_F(QueueTest, ServesLowPriorityWhenNothingNormalWaits) {
  queue.add(key("low1"), Priority::low);
  queue.add(key("low2"), Priority::low);
  queue.add(key("normal"));
  EXPECT_EQ(take(), "normal");
  EXPECT_EQ(take(), "low1");
  EXPECT_EQ(take(), "low2");
}

TEST_F(QueueTest, RaisesThePriorityOfAKeyAddedAgainButNeverLowersIt) {
  queue.add(key("a"), Priority::low);
  queue.add(key("b"), Priority::low);
  queue.add(key("b"));
  queue.add(key("b"), Priority::low);
  EXPECT_EQ(take(), "b");
}

TEST_F(QueueTest, RemembersThePriorityOfAnAddDuringWork) {
  queue.add(key("a"));
  take();
  queue.add(key("a"), Priority::low);
  queue.add(key("b"), Priority::low);
  queue.add(key("a"));
  queue.done(key("a"));
  EXPECT_EQ(take(), "a");
}

TEST_F(QueueTest, TellsForHowLongNoKeyWasTaken) {
  EXPECT_EQ(queue.unserved(), seconds(0));
  clock.advance(seconds(60));
  queue.add(key("a"));
  queue.add(key("b"));
  clock.advance(seconds(5));
  EXPECT_EQ(queue.unserved(), seconds(5));
  take();
  EXPECT_EQ(queue.unserved(), seconds(0));
  clock.advance(seconds(3));
  EXPECT_EQ(queue.unserved(), seconds(3));
  take();
  clock.advance(seconds(60));
  EXPECT_EQ(queue.unserved(), seconds(0));  // both are in hand
}

TEST_F(QueueTest, CountsAKeyThatIsDueAsWaiting) {
  queue.add_after(key("a"), seconds(10));
  clock.advance(seconds(10));
  EXPECT_EQ(queue.unserved(), seconds(0));
  clock.advance(seconds(4));
  EXPECT_EQ(queue.unserved(), seconds(4));
}

TEST_F(QueueTest, HoldsBackWhatComesLater) {
  queue.add_after(key("a"), seconds(5));
  EXPECT_EQ(queue.depth(), 0u);
  clock.advance(milliseconds(4999));
  EXPECT_EQ(queue.depth(), 0u);
  clock.advance(milliseconds(1));
  EXPECT_EQ(take(), "a");
}

TEST_F(QueueTest, ServesLaterKeysInTheOrderOfTheirTimes) {
  queue.add_after(key("late"), seconds(3));
  queue.add_after(key("early"), seconds(1));
  queue.add_after(key("middle"), seconds(2));
  clock.advance(seconds(9));
  EXPECT_EQ(take(), "early");
  EXPECT_EQ(take(), "middle");
  EXPECT_EQ(take(), "late");
}

TEST_F(QueueTest, KeepsTheEarliestTimeOfAKey) {
  queue.add_after(key("a"), seconds(5));
  queue.add_after(key("a"), seconds(60));
  clock.advance(seconds(5));
  EXPECT_EQ(take_and_finish(), "a");
  clock.advance(seconds(60));
  EXPECT_EQ(take(), "");

  queue.add_after(key("b"), seconds(60));
  queue.add_after(key("b"), seconds(5));
  clock.advance(seconds(5));
  EXPECT_EQ(take_and_finish(), "b");
  clock.advance(seconds(60));
  EXPECT_EQ(take(), "");
}

TEST_F(QueueTest, ServesATimerByAnEarlierAdd) {
  queue.add_after(key("a"), seconds(5));
  queue.add(key("a"));
  EXPECT_EQ(take_and_finish(), "a");
  clock.advance(seconds(5));
  EXPECT_EQ(take(), "");
}

TEST_F(QueueTest, LetsATimerOfAKeyInHandWaitForItsEnd) {
  queue.add(key("a"));
  take();
  queue.add_after(key("a"), seconds(1));
  clock.advance(seconds(2));
  queue.add(key("b"));
  EXPECT_EQ(take(), "b");
  EXPECT_EQ(take(), "");
  queue.done(key("a"));
  EXPECT_EQ(take(), "a");
}

TEST_F(QueueTest, TakesADelayOfNothingForAnAdd) {
  queue.add_after(key("a"), seconds(0));
  EXPECT_EQ(take(), "a");
}

TEST_F(QueueTest, SurvivesAnEndlessDelay) {
  queue.add_after(key("a"), base::Duration::max());
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(queue.depth(), 0u);
}

TEST_F(QueueTest, DoublesTheDelayOfEachFailureOfAKey) {
  for (const int expected : {5, 10, 20, 40, 80}) {
    queue.add_rate_limited(key("a"));
    EXPECT_EQ(due_in(seconds(1)), milliseconds(expected));
    take_and_finish();
  }
}

TEST_F(QueueTest, StartsFromTheFirstDelayWhenForgotten) {
  for (int i = 0; i < 3; ++i) {
    queue.add_rate_limited(key("a"));
    due_in(seconds(1));
    take_and_finish();
  }
  queue.forget(key("a"));
  queue.add_rate_limited(key("a"));
  EXPECT_EQ(due_in(seconds(1)), milliseconds(5));
}

TEST_F(QueueTest, CapsTheDelayHoweverManyFailures) {
  for (int i = 0; i < 200; ++i) {
    queue.add_rate_limited(key("a"));
    clock.advance(seconds(1000));
    ASSERT_EQ(take_and_finish(), "a") << i;
  }
}

TEST_F(QueueTest, HonoursTheServersDelayWhereItIsLonger) {
  queue.add_rate_limited(key("a"), seconds(2));
  EXPECT_EQ(due_in(seconds(5)), seconds(2));
}

TEST_F(QueueTest, SharesABucketOfRetriesAmongKeys) {
  for (int i = 0; i < 100; ++i) queue.add_rate_limited(key("burst" + std::to_string(i)));
  clock.advance(milliseconds(5));
  EXPECT_EQ(queue.depth(), 100u);
  // The bucket is empty and fills with 10 a second.
  for (int i = 0; i < 10; ++i) queue.add_rate_limited(key("after" + std::to_string(i)));
  clock.advance(milliseconds(100));
  EXPECT_EQ(queue.depth(), 101u);
  clock.advance(milliseconds(900));
  EXPECT_EQ(queue.depth(), 110u);
}

TEST_F(QueueTest, TakesNoAddAfterShutDown) {
  queue.shut_down();
  queue.add(key("a"));
  queue.add_after(key("b"), {});
  queue.add_rate_limited(key("c"));
  EXPECT_FALSE(queue.get({}).has_value());
  EXPECT_EQ(queue.depth(), 0u);
}

TEST_F(QueueTest, HandsNothingOutAfterShutDown) {
  queue.add(key("a"));
  queue.shut_down();
  EXPECT_FALSE(queue.get({}).has_value());
}

TEST_F(QueueTest, WakesWaitersAtShutDownAndAtAStop) {
  std::jthread first([&] { EXPECT_FALSE(queue.get({}).has_value()); });
  std::jthread second([&](std::stop_token stop) { EXPECT_FALSE(queue.get(std::move(stop)).has_value()); });
  second.request_stop();
  second.join();
  queue.shut_down();
}

TEST_F(QueueTest, WakesAWaiterForATimer) {
  base::SystemClock real;
  Queue timed("timed", real, {}, metrics);
  std::jthread waiter([&] { EXPECT_EQ(timed.get({})->name, "a"); });
  timed.add_after(key("a"), milliseconds(2));
}

TEST_F(QueueTest, KnowsWhatHasBeenInHandLongest) {
  EXPECT_FALSE(queue.longest_in_hand().has_value());
  queue.add(key("a"));
  take();
  clock.advance(seconds(3));
  queue.add(key("b"));
  take();
  EXPECT_EQ(queue.longest_in_hand()->key.name, "a");
  EXPECT_EQ(queue.longest_in_hand()->held, seconds(3));
  queue.done(key("a"));
  EXPECT_EQ(queue.longest_in_hand()->key.name, "b");
}

TEST_F(QueueTest, MeasuresItself) {
  const std::string labels = R"({controller="test",name="test"})";
  EXPECT_EQ(metric_value(metrics, "workqueue_adds_total" + labels), 0);
  EXPECT_EQ(metric_value(metrics, "workqueue_retries_total" + labels), 0);
  queue.add(key("a"));
  queue.add(key("a"));
  queue.add(key("low"), Priority::low);
  EXPECT_EQ(metric_value(metrics, "workqueue_adds_total" + labels), 2);
  EXPECT_EQ(metric_value(metrics, R"(workqueue_depth{controller="test",name="test",priority="0"})"), 1);
  EXPECT_EQ(metric_value(metrics, R"(workqueue_depth{controller="test",name="test",priority="-100"})"), 1);
  clock.advance(seconds(2));
  take();
  clock.advance(seconds(3));
  queue.measure();
  EXPECT_EQ(metric_value(metrics, "workqueue_unfinished_work_seconds" + labels), 3);
  EXPECT_EQ(metric_value(metrics, "workqueue_longest_running_processor_seconds" + labels), 3);
  queue.done(key("a"));
  queue.measure();
  EXPECT_EQ(metric_value(metrics, "workqueue_unfinished_work_seconds" + labels), 0);
  EXPECT_EQ(metric_value(metrics, "workqueue_queue_duration_seconds_sum" + labels), 2);
  EXPECT_EQ(metric_value(metrics, "workqueue_work_duration_seconds_sum" + labels), 3);
  queue.add_rate_limited(key("a"));
  EXPECT_EQ(metric_value(metrics, "workqueue_retries_total" + labels), 1);
}

// A model with one rule: what was added is worked on after it was added, by one worker at a time.
class QueueModel : public testing::Test {
 protected:
  struct Cell {
    std::atomic<int> wanted{0};  // counts up before each add
    std::atomic<int> seen{0};    // of wanted, read at the begin of the last work
    std::atomic<bool> in_hand{false};
  };

  void work(unsigned number) {
    std::mt19937 random(seed + 100 + number);
    while (const auto taken = queue.get({})) {
      Cell& cell = cells[static_cast<std::size_t>(std::stoi(taken->name))];
      if (cell.in_hand.exchange(true)) twice = true;
      cell.seen = cell.wanted.load();
      if (random() % 8 == 0) std::this_thread::yield();
      switch (random() % 4) {
        case 0:
          queue.add_rate_limited(*taken);
          break;
        case 1:
          queue.add_after(*taken, milliseconds(random() % 2));
          break;
        default:
          queue.forget(*taken);
      }
      cell.in_hand = false;
      queue.done(*taken);
    }
  }

  void add(unsigned number) {
    std::mt19937 random(seed + number);
    for (int n = 0; n < 3000; ++n) {
      const std::size_t chosen = random() % cells.size();
      ++cells[chosen].wanted;
      const kube::ObjectKey name{"ns", std::to_string(chosen)};
      switch (random() % 4) {
        case 0:
          queue.add(name, Priority::low);
          break;
        case 1:
          queue.add_after(name, milliseconds(random() % 3));
          break;
        default:
          queue.add(name);
      }
    }
  }

  bool settled() const {
    return std::all_of(cells.begin(), cells.end(), [](const Cell& cell) { return cell.seen == cell.wanted; });
  }

  const unsigned seed = std::random_device{}();
  base::SystemClock clock;
  base::Metrics metrics;
  Queue queue{"model", clock, {milliseconds(0), milliseconds(1), 1e9, 1e9}, metrics};
  std::vector<Cell> cells{20};
  std::atomic<bool> twice = false;
};

TEST_F(QueueModel, LosesNothingAndNeverHandsOutTwice) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < 4; ++i) workers.emplace_back([this, i] { work(i); });
  std::vector<std::jthread> adders;
  for (unsigned i = 0; i < 3; ++i) adders.emplace_back([this, i] { add(i); });
  adders.clear();  // joins

  const auto deadline = std::chrono::steady_clock::now() + seconds(60);
  while (!settled() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_TRUE(settled());
  queue.shut_down();
  workers.clear();
  EXPECT_FALSE(twice);
}

// Workers that wait, on a clock that goes.
class QueueWorkersTest : public testing::Test {
 protected:
  QueueWorkersTest() {
    for (int i = 0; i < 3; ++i) {
      workers.emplace_back([this](const std::stop_token& stop) {
        while (const auto taken = queue.get(stop)) {
          {
            const std::lock_guard lock(mutex);
            names.push_back(taken->name);
          }
          changed.notify_all();
          if (taken->name == "long") hold.acquire();
          queue.done(*taken);
        }
      });
    }
  }
  ~QueueWorkersTest() override {
    hold.release();
    queue.shut_down();
  }

  bool taken(const std::string& name) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, seconds(30), [&] { return std::count(names.begin(), names.end(), name) > 0; });
  }

  base::SystemClock clock;
  base::Metrics metrics;
  Queue queue{"workers", clock, {}, metrics};
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> names;
  std::counting_semaphore<> hold{0};
  std::vector<std::jthread> workers;
};

TEST_F(QueueWorkersTest, AnEarlierTimerIsKeptByWhoWaitsForALaterOne) {
  queue.add_after(key("late"), std::chrono::hours(1));
  queue.add_after(key("early"), milliseconds(20));
  EXPECT_TRUE(taken("early"));
}

TEST_F(QueueWorkersTest, TheNextTimerIsKeptWhileWhoKeptTheLastOneIsBusy) {
  queue.add_after(key("long"), milliseconds(10));
  queue.add_after(key("next"), milliseconds(40));
  EXPECT_TRUE(taken("long"));
  EXPECT_TRUE(taken("next"));
}

TEST_F(QueueWorkersTest, KeysThatComeTogetherGoToSeveralWorkers) {
  queue.add(key("long"));
  for (int i = 0; i < 100; ++i) queue.add(key(std::to_string(i)));
  EXPECT_TRUE(taken("long"));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(taken(std::to_string(i)));
}

}  // namespace
