// The work queue: keys to reconcile, each at most once in hand.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/metrics.h"
#include "kube/model/resource_type.h"

namespace runtime {

// Invariants (client-go util/workqueue): a key that is queued is dirty and not in hand; added while in hand it becomes
// dirty and is queued again at done(); two workers never hold one key. Thread-safe; state is guarded by mutex_.
class Queue {
 public:
  enum class Priority { normal, low };  // low: the first list and resyncs; served when nothing normal waits

  struct Settings {
    base::Duration first_retry = std::chrono::milliseconds(5);  // doubled for each failure in a row of one key
    base::Duration last_retry = std::chrono::seconds(1000);
    double retries_per_second = 10;  // of all keys together, in bursts of
    double retry_burst = 100;
  };

  // What a worker has held for how long.
  struct InHand {
    kube::ObjectKey key;
    base::Duration held{0};
  };

  Queue(std::string name, const base::Clock& clock, Settings settings, base::Metrics& metrics);

  // A key that waits already keeps its place in the line, and gets the higher of the two priorities.
  void add(const kube::ObjectKey& key, Priority priority = Priority::normal);
  // One pending timer a key: the earliest deadline wins. An add() before then serves it too.
  void add_after(const kube::ObjectKey& key, base::Duration delay);
  // After a failure: add_after() by the limiter, at least `at_least`.
  void add_rate_limited(const kube::ObjectKey& key, base::Duration at_least = {});
  // The key is well again: its next failure starts from first_retry.
  void forget(const kube::ObjectKey& key);

  // Waits for the next key and takes it in hand; nullopt after shut_down() or a stop.
  std::optional<kube::ObjectKey> get(std::stop_token stop);
  void done(const kube::ObjectKey& key);

  // No add is taken any more; get() returns nullopt at once. What is in hand is finished by its worker.
  void shut_down();

  // Keys that wait to be taken in hand; those whose time has not come are not among them.
  std::size_t depth() const;
  // For how long keys have waited, or been due, without any being taken in hand; 0: none waits.
  base::Duration unserved() const;
  // The key that has been in hand longest; nullopt: none is.
  std::optional<InHand> longest_in_hand() const;
  // Brings the metrics of work in hand up to date; all others are at all times.
  void measure();

 private:
  // FIFO within a priority: the number of the add that put the key in.
  using Place = std::pair<Priority, std::uint64_t>;
  // When, and a number that tells two of one time apart.
  using Timer = std::pair<base::Monotonic, std::uint64_t>;

  struct Item {
    std::optional<Place> place;               // it is queued there
    std::optional<Timer> timer;               // it is queued then
    std::optional<Priority> dirty;            // in hand, and added since
    std::optional<base::Monotonic> taken_at;  // in hand
    base::Monotonic added_at{};
    unsigned failures = 0;  // in a row
  };
  using Items = std::unordered_map<kube::ObjectKey, Item, kube::ObjectKeyHash>;

  struct Meters {
    prometheus::Gauge &normal_depth, &low_depth;
    prometheus::Counter &adds, &retries;
    prometheus::Histogram &queue_seconds, &work_seconds;
    prometheus::Gauge &unfinished_seconds, &longest_seconds;
  };

  // Wakes at its end, when the lock that was taken after it is free again: who is woken before only waits for that.
  struct Call {
    std::condition_variable_any* whom = nullptr;
    ~Call() {
      if (whom != nullptr) whom->notify_one();
    }
  };

  // All of these need mutex_ held; those that are given the lock wait for what they are named after.
  void keep_time(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void follow(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  // Whom to wake for a key that waits, or a timer that nobody keeps; null: all are at work, and will look.
  std::condition_variable_any* idle_worker();
  void enqueue(const kube::ObjectKey& key, Item& item, Priority priority);
  // Whom to wake for it; null: nobody.
  std::condition_variable_any* start_timer(const kube::ObjectKey& key, Item& item, base::Duration delay);
  void cancel_timer(Item& item);
  void wake_due();
  kube::ObjectKey take_first();
  void drop_if_idle(Items::iterator item);
  base::Duration retry_delay(Item& item);
  base::Duration reserve_token();
  prometheus::Gauge& depth_of(Priority priority) const;

  // Constant after construction.
  const base::Clock& clock_;
  const Settings settings_;
  Meters meters_;

  mutable std::mutex mutex_;
  // Of the workers that have nothing to do one waits for the next timer too; the others sleep until there is a key, or
  // nobody who keeps the time. So a timer wakes one worker, however many there are.
  std::condition_variable_any timekeeper_;
  std::condition_variable_any followers_;
  bool has_timekeeper_ = false;
  std::size_t follower_count_ = 0;
  bool shut_down_ = false;
  Items items_;                                                    // whatever is queued, timed, in hand or has failed
  std::map<Place, kube::ObjectKey> line_;                          // first is next
  std::map<Timer, kube::ObjectKey> timers_;                        // first is earliest
  std::set<std::pair<base::Monotonic, kube::ObjectKey>> in_hand_;  // first is longest
  base::Monotonic line_since_{};                                   // when the line was last empty
  base::Monotonic taken_at_{};                                     // when a key was last taken in hand
  std::uint64_t next_number_ = 0;
  double tokens_;  // below zero: promised to callers that still wait
  base::Monotonic tokens_at_;
};

}  // namespace runtime
