#include "runtime/controller.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>

#include "../base/fake_clock.h"
#include "metric_value.h"

namespace {

using runtime::Context;
using runtime::Controller;
using runtime::Outcome;
using runtime::Queue;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ControllerTest : public testing::Test {
 protected:
  // Adds the key, runs the controller until it was reconciled once, and stops it.
  void reconcile_once(const Outcome& outcome) {
    Controller controller(
        {"test", 2}, queue,
        [&](const Context&, std::stop_token) {
          reconciled.count_down();
          return outcome;
        },
        clock, metrics);
    controller.start();
    queue.add({"ns", "a"});
    reconciled.wait();
    wait_for_idle();
    controller.stop(seconds(30));
  }
  // Until the outcome of what was in hand is settled: done() comes last.
  void wait_for_idle() {
    const auto deadline = std::chrono::steady_clock::now() + seconds(60);
    while (queue.longest_in_hand() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_FALSE(queue.longest_in_hand().has_value());
  }
  double metric(const std::string& name) const { return metric_value(metrics, name + R"({controller="test"})"); }
  double result(const std::string& value) const {
    return metric_value(metrics, R"(controller_runtime_reconcile_total{controller="test",result=")" + value + R"("})");
  }
  double retries() const { return metric_value(metrics, R"(workqueue_retries_total{controller="test",name="test"})"); }

  // A latch that a reconcile may pass more than once.
  class Once {
   public:
    void count_down() {
      const std::lock_guard lock(mutex_);
      passed_ = true;
      changed_.notify_all();
    }
    void wait() {
      std::unique_lock lock(mutex_);
      ASSERT_TRUE(changed_.wait_for(lock, seconds(60), [this] { return passed_; }));
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool passed_ = false;
  };

  base::FakeClock clock;
  base::Metrics metrics;
  Queue queue{"test", clock, {}, metrics};
  Once reconciled;
};

TEST_F(ControllerTest, ShowsEverySeriesBeforeTheFirstReconcile) {
  Controller controller({"test", 3}, queue, {}, clock, metrics);
  for (const char* value : {"success", "error", "requeue", "requeue_after"}) EXPECT_EQ(result(value), 0) << value;
  for (const char* name : {"reconcile_errors_total", "terminal_reconcile_errors_total", "reconcile_panics_total",
                           "reconcile_timeouts_total", "active_workers", "reconcile_time_seconds_count"}) {
    EXPECT_EQ(metric(std::string("controller_runtime_") + name), 0) << name;
  }
  EXPECT_EQ(metric("controller_runtime_max_concurrent_reconciles"), 3);
}

TEST_F(ControllerTest, CountsASuccess) {
  reconcile_once(Outcome::done());
  EXPECT_EQ(result("success"), 1);
  EXPECT_EQ(metric("controller_runtime_reconcile_time_seconds_count"), 1);
  EXPECT_EQ(metric("controller_runtime_active_workers"), 0);
}

TEST_F(ControllerTest, CountsALookAgain) {
  reconcile_once(Outcome::after(seconds(60)));
  EXPECT_EQ(result("requeue_after"), 1);
  EXPECT_EQ(retries(), 0);
}

TEST_F(ControllerTest, CountsATerminalFailureAndDoesNotTryAgain) {
  reconcile_once(Outcome::terminal("wrong spec"));
  EXPECT_EQ(result("error"), 1);
  EXPECT_EQ(metric("controller_runtime_terminal_reconcile_errors_total"), 1);
  EXPECT_EQ(retries(), 0);
}

TEST_F(ControllerTest, TriesAFailureAgain) {
  reconcile_once(Outcome::retry("busy"));
  EXPECT_EQ(retries(), 1);
  EXPECT_EQ(result("error"), 1);
  EXPECT_EQ(metric("controller_runtime_reconcile_errors_total"), 1);
  EXPECT_EQ(metric("controller_runtime_terminal_reconcile_errors_total"), 0);
}

TEST_F(ControllerTest, CountsAnExceptionAsAPanicAndTriesAgain) {
  Controller controller(
      {"test", 1}, queue,
      [&](const Context&, std::stop_token) -> Outcome {
        reconciled.count_down();
        throw std::runtime_error("a bug");
      },
      clock, metrics);
  controller.start();
  queue.add({"ns", "a"});
  reconciled.wait();
  wait_for_idle();
  controller.stop(seconds(30));
  EXPECT_EQ(metric("controller_runtime_reconcile_panics_total"), 1);
  EXPECT_EQ(result("error"), 1);
  EXPECT_EQ(retries(), 1);
}

TEST_F(ControllerTest, GivesEachReconcileAnIdOfItsOwn) {
  std::mutex mutex;
  std::set<std::string> ids;
  Controller controller(
      {"test", 2}, queue,
      [&](const Context& context, std::stop_token) {
        const std::lock_guard lock(mutex);
        ids.insert(context.reconcile_id);
        if (ids.size() == 3) reconciled.count_down();
        return Outcome::done();
      },
      clock, metrics);
  controller.start();
  for (const char* name : {"a", "b", "c"}) queue.add({"ns", name});
  reconciled.wait();
  controller.stop(seconds(30));
}

TEST_F(ControllerTest, LetsWorkInHandEndBeforeItStops) {
  Once begun;
  Once may_end;
  std::atomic<bool> ended = false;
  std::atomic<bool> told = false;
  Controller controller(
      {"test", 1}, queue,
      [&](const Context&, std::stop_token stop) {
        begun.count_down();
        may_end.wait();
        told = stop.stop_requested();
        ended = true;
        return Outcome::done();
      },
      clock, metrics);
  controller.start();
  queue.add({"ns", "a"});
  begun.wait();
  queue.add({"ns", "b"});
  queue.shut_down();
  may_end.count_down();
  controller.stop(seconds(60));
  EXPECT_TRUE(ended);
  EXPECT_FALSE(told);
  EXPECT_EQ(result("success"), 1);  // what waited was not begun
}

TEST_F(ControllerTest, TellsWorkInHandToStopWhenItsTimeIsUp) {
  Once begun;
  Controller controller(
      {"test", 1}, queue,
      [&](const Context&, std::stop_token stop) {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::unique_lock lock(mutex);
        begun.count_down();
        changed.wait_for(lock, stop, seconds(60), [] { return false; });
        return Outcome::retry("cut short");
      },
      clock, metrics);
  controller.start();
  queue.add({"ns", "a"});
  begun.wait();
  controller.stop(milliseconds(1));
  EXPECT_EQ(result("error"), 0);
}

TEST_F(ControllerTest, WorksOnSeveralKeysAtOnce) {
  Once both;
  std::atomic<int> in_hand = 0;
  Controller controller(
      {"test", 2}, queue,
      [&](const Context&, std::stop_token) {
        if (++in_hand == 2) both.count_down();
        both.wait();
        return Outcome::done();
      },
      clock, metrics);
  controller.start();
  queue.add({"ns", "a"});
  queue.add({"ns", "b"});
  both.wait();
  controller.stop(seconds(60));
  EXPECT_EQ(result("success"), 2);
}

}  // namespace
