#include "runtime/queue.h"

#include <algorithm>
#include <cmath>

namespace runtime {
namespace {

// A timer may become due while nobody is told (the machine slept): look again at least this often (client-go's
// heartbeat).
constexpr base::Duration heartbeat = std::chrono::seconds(10);

double seconds(base::Monotonic::duration duration) { return std::chrono::duration<double>(duration).count(); }

// client-go's buckets: ten from 10 ns to 1000 s and two above.
std::vector<double> duration_buckets() {
  std::vector<double> buckets;
  for (int power = -8; power <= 3; ++power) buckets.push_back(std::pow(10.0, power));
  return buckets;
}

}  // namespace

Queue::Queue(std::string name, const base::Clock& clock, Settings settings, base::Metrics& metrics)
    : clock_(clock),
      settings_(settings),
      meters_([&]() -> Meters {
        const base::Metrics::Labels labels{{"name", name}, {"controller", name}};
        base::Metrics::Labels normal = labels;
        base::Metrics::Labels low = labels;
        normal["priority"] = "0";
        low["priority"] = "-100";
        return {
            metrics.gauge("workqueue_depth", "Keys that wait to be taken in hand.", normal),
            metrics.gauge("workqueue_depth", "Keys that wait to be taken in hand.", low),
            metrics.counter("workqueue_adds_total", "Adds taken by the queue.", labels),
            metrics.counter("workqueue_retries_total", "Adds after a failure.", labels),
            metrics.histogram("workqueue_queue_duration_seconds", "How long a key waits before it is taken in hand.",
                              labels, duration_buckets()),
            metrics.histogram("workqueue_work_duration_seconds", "How long a key is in hand.", labels,
                              duration_buckets()),
            metrics.gauge("workqueue_unfinished_work_seconds", "How long the keys in hand have been so, added up.",
                          labels),
            metrics.gauge("workqueue_longest_running_processor_seconds", "How long the longest has been in hand.",
                          labels),
        };
      }()),
      tokens_(settings.retry_burst),
      tokens_at_(clock.now()) {}

void Queue::add(const kube::ObjectKey& key, Priority priority) {
  Call call;
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  enqueue(key, items_[key], priority);
  call.whom = idle_worker();
}

void Queue::add_after(const kube::ObjectKey& key, base::Duration delay) {
  Call call;
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  Item& item = items_[key];
  if (delay <= base::Duration::zero()) {
    enqueue(key, item, Priority::normal);
    call.whom = idle_worker();
  } else {
    call.whom = start_timer(key, item, delay);
  }
}

void Queue::add_rate_limited(const kube::ObjectKey& key, base::Duration at_least) {
  Call call;
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  meters_.retries.Increment();
  Item& item = items_[key];
  call.whom = start_timer(key, item, std::max(retry_delay(item), at_least));
}

void Queue::forget(const kube::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(key);
  if (found == items_.end()) return;
  found->second.failures = 0;
  drop_if_idle(found);
}

std::optional<kube::ObjectKey> Queue::get(std::stop_token stop) {
  Call call;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested() && !shut_down_) {
    wake_due();
    if (!line_.empty()) {
      const kube::ObjectKey key = take_first();
      // Whoever takes a key no longer watches the rest of the line and the next timer: somebody else must.
      if (!line_.empty() || (!timers_.empty() && !has_timekeeper_)) call.whom = idle_worker();
      return key;
    }
    if (has_timekeeper_) {
      follow(lock, stop);
    } else {
      keep_time(lock, stop);
    }
  }
  return std::nullopt;
}

void Queue::keep_time(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  base::Monotonic::duration wait = heartbeat;
  if (!timers_.empty()) wait = std::min(wait, timers_.begin()->first.first - clock_.now());
  has_timekeeper_ = true;
  const std::uint64_t seen = next_number_;
  timekeeper_.wait_for(lock, stop, wait, [&] { return shut_down_ || next_number_ != seen; });
  has_timekeeper_ = false;
}

void Queue::follow(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  ++follower_count_;
  followers_.wait(lock, stop, [&] { return shut_down_ || !line_.empty() || !has_timekeeper_; });
  --follower_count_;
}

std::condition_variable_any* Queue::idle_worker() {
  if (follower_count_ > 0) return &followers_;
  return has_timekeeper_ ? &timekeeper_ : nullptr;
}

void Queue::done(const kube::ObjectKey& key) {
  Call call;
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(key);
  if (found == items_.end() || !found->second.taken_at) return;
  Item& item = found->second;
  meters_.work_seconds.Observe(seconds(clock_.now() - *item.taken_at));
  in_hand_.erase({*item.taken_at, key});
  item.taken_at.reset();
  if (item.dirty && !shut_down_) {
    const Priority priority = *item.dirty;
    item.dirty.reset();
    enqueue(key, item, priority);
    call.whom = idle_worker();
  } else {
    drop_if_idle(found);
  }
}

void Queue::shut_down() {
  {
    const std::lock_guard lock(mutex_);
    shut_down_ = true;
  }
  timekeeper_.notify_all();
  followers_.notify_all();
}

std::size_t Queue::depth() const {
  const std::lock_guard lock(mutex_);
  const auto due = timers_.upper_bound({clock_.now(), UINT64_MAX});
  return line_.size() + static_cast<std::size_t>(std::distance(timers_.begin(), due));
}

base::Duration Queue::unserved() const {
  const std::lock_guard lock(mutex_);
  const base::Monotonic now = clock_.now();
  base::Monotonic since = now;
  if (!line_.empty()) since = line_since_;
  if (!timers_.empty()) since = std::min(since, timers_.begin()->first.first);
  return std::chrono::duration_cast<base::Duration>(now - std::max(since, std::min(taken_at_, now)));
}

std::optional<Queue::InHand> Queue::longest_in_hand() const {
  const std::lock_guard lock(mutex_);
  if (in_hand_.empty()) return std::nullopt;
  const auto& [since, key] = *in_hand_.begin();
  return InHand{key, std::chrono::duration_cast<base::Duration>(clock_.now() - since)};
}

void Queue::measure() {
  const std::lock_guard lock(mutex_);
  const base::Monotonic now = clock_.now();
  double unfinished = 0;
  for (const auto& [since, key] : in_hand_) unfinished += seconds(now - since);
  meters_.unfinished_seconds.Set(unfinished);
  meters_.longest_seconds.Set(in_hand_.empty() ? 0 : seconds(now - in_hand_.begin()->first));
}

void Queue::enqueue(const kube::ObjectKey& key, Item& item, Priority priority) {
  cancel_timer(item);
  ++next_number_;
  if (item.taken_at) {
    if (!item.dirty) meters_.adds.Increment();
    item.dirty = item.dirty ? std::min(*item.dirty, priority) : priority;
    return;
  }
  if (!item.place) {
    meters_.adds.Increment();
    item.added_at = clock_.now();
    item.place = Place{priority, next_number_};
  } else if (priority < item.place->first) {
    depth_of(item.place->first).Decrement();
    line_.erase(*item.place);
    item.place->first = priority;
  } else {
    return;
  }
  if (line_.empty()) line_since_ = clock_.now();
  line_.emplace(*item.place, key);
  depth_of(priority).Increment();
}

std::condition_variable_any* Queue::start_timer(const kube::ObjectKey& key, Item& item, base::Duration delay) {
  if (item.place || item.dirty) return nullptr;  // it comes sooner than that
  // Far enough ahead to be never, near enough to add up without overflow.
  constexpr base::Duration longest = std::chrono::hours(24 * 365);
  const Timer timer{clock_.now() + std::min(delay, longest), ++next_number_};
  if (item.timer && item.timer->first <= timer.first) return nullptr;
  cancel_timer(item);
  item.timer = timer;
  timers_.emplace(timer, key);
  if (timers_.begin()->first != timer) return nullptr;
  // It comes before all others: not what the timekeeper waits for; and where there is none, one is needed.
  return has_timekeeper_ ? &timekeeper_ : idle_worker();
}

void Queue::cancel_timer(Item& item) {
  if (!item.timer) return;
  timers_.erase(*item.timer);
  item.timer.reset();
}

void Queue::wake_due() {
  const base::Monotonic now = clock_.now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const kube::ObjectKey key = timers_.begin()->second;
    enqueue(key, items_[key], Priority::normal);
  }
}

kube::ObjectKey Queue::take_first() {
  const auto first = line_.begin();
  const kube::ObjectKey key = first->second;
  Item& item = items_[key];
  depth_of(item.place->first).Decrement();
  line_.erase(first);
  item.place.reset();
  item.taken_at = clock_.now();
  taken_at_ = *item.taken_at;
  in_hand_.insert({*item.taken_at, key});
  meters_.queue_seconds.Observe(seconds(*item.taken_at - item.added_at));
  return key;
}

void Queue::drop_if_idle(Items::iterator item) {
  const Item& state = item->second;
  if (!state.place && !state.timer && !state.dirty && !state.taken_at && state.failures == 0) items_.erase(item);
}

// The longer of the key's own exponential delay and the wait for a token that all keys share.
base::Duration Queue::retry_delay(Item& item) {
  constexpr unsigned most_doublings = 40;  // 5 ms · 2^40 is beyond any cap and far from overflow
  const unsigned doublings = std::min(item.failures, most_doublings);
  ++item.failures;
  const double own = static_cast<double>(settings_.first_retry.count()) * std::pow(2.0, doublings);
  const double capped = std::min(own, static_cast<double>(settings_.last_retry.count()));
  return std::max(base::Duration(static_cast<base::Duration::rep>(capped)), reserve_token());
}

base::Duration Queue::reserve_token() {
  const base::Monotonic now = clock_.now();
  tokens_ = std::min(settings_.retry_burst, tokens_ + seconds(now - tokens_at_) * settings_.retries_per_second);
  tokens_at_ = now;
  tokens_ -= 1;
  if (tokens_ >= 0) return {};
  return base::Duration(static_cast<base::Duration::rep>(std::ceil(-tokens_ / settings_.retries_per_second * 1000)));
}

prometheus::Gauge& Queue::depth_of(Priority priority) const {
  return priority == Priority::normal ? meters_.normal_depth : meters_.low_depth;
}

}  // namespace runtime
