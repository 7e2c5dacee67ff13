// Asks others how they are, aside of the reconciles: one that does not answer must hold up nobody.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/logging.h"
#include "base/result.h"
#include "kube/model/resource_type.h"

namespace reconcile {

// `Question`: whom to ask, how, and what makes the answer a good one. `Report`: the answer. Both are values that can be
// compared.
//
// Thread-safe; guarded by mutex_. What somebody has said counts until the next time that he is asked: one that gives no
// answer then is judged by his pods alone, since it may be us who do not reach him.
template <typename Question, typename Report>
class Inquiries {
 public:
  using Ask = std::function<base::Result<Report>(const Question&, std::stop_token)>;
  using IsWell = std::function<bool(const Question&, const Report&)>;
  using Changed = std::function<void(const kube::ObjectKey&)>;

  // For each HeatCluster is asked once in `interval`, and each 3 s while not all is well; all together, as long as most
  // are well, no more than ten times in a second. `ask` and `changed` are called on run()'s thread, the latter when
  // something else is said than before.
  Inquiries(base::Duration interval, const base::Clock& clock, Ask ask, IsWell is_well, Changed changed)
      : interval_(interval),
        clock_(clock),
        ask_(std::move(ask)),
        is_well_(std::move(is_well)),
        changed_(std::move(changed)) {}

  // What was said last for that HeatCluster; nullopt: nothing yet, or there was no answer. From now on it is asked, and
  // at once where the question is another than before. Without a question it is forgotten.
  std::optional<Report> report(const kube::ObjectKey& key, std::optional<Question> question) {
    if (!question) {
      forget(key);
      return std::nullopt;
    }
    const std::scoped_lock lock(mutex_);
    const auto [found, is_new] = entries_.try_emplace(key);
    Entry& entry = found->second;
    if (is_new || !(entry.question == *question)) ask_at(key, entry, clock_.now());
    entry.question = std::move(*question);
    return entry.report;
  }

  // It is not asked for any more.
  void forget(const kube::ObjectKey& key) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    due_.erase({found->second.due, key});
    entries_.erase(found);
  }

  // Counts how often what is said has changed: two equal numbers, the same report.
  std::uint64_t version(const kube::ObjectKey& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    return found == entries_.end() ? 0 : found->second.version;
  }

  // Asks until the stop, on the calling thread.
  void run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      if (due_.empty()) {
        news_.wait(lock, stop, [this] { return !due_.empty(); });
        continue;
      }
      const auto [when, key] = *due_.begin();
      if (const auto now = clock_.now(); when > now) {
        news_.wait_for(lock, stop, when - now, [&] { return due_.empty() || due_.begin()->first < when; });
        continue;
      }
      Entry& entry = entries_.at(key);
      ask_at(key, entry, clock_.now() + base::stretched(interval_, entries_.size(), asked_per_second));
      const Question question = entry.question;
      lock.unlock();
      ask(key, question, stop);
      lock.lock();
    }
  }

 private:
  static constexpr std::size_t asked_per_second = 10;
  // What is said then is soon not true any more: pods come.
  static constexpr base::Duration unwell_interval = std::chrono::seconds(3);

  struct Entry {
    Question question;
    std::optional<Report> report;
    std::uint64_t version = 0;
    base::Monotonic due{};
  };

  void ask(const kube::ObjectKey& key, const Question& question, const std::stop_token& stop) {
    const auto answer = ask_(question, stop);
    if (stop.stop_requested()) return;
    if (!answer) {
      base::log::debug("asked how it is, it does not tell",
                       {{"heatcluster", key.text()}, {"error", answer.error().message}});
    }
    const std::optional<Report> now = answer ? std::optional(*answer) : std::nullopt;
    {
      const std::scoped_lock lock(mutex_);
      const auto found = entries_.find(key);
      if (found == entries_.end()) return;
      Entry& entry = found->second;
      const bool is_well = !now || is_well_(entry.question, *now);
      // Somebody may want it asked sooner since.
      if (!is_well) ask_at(key, entry, std::min(entry.due, clock_.now() + unwell_interval));
      if (entry.report == now) return;
      entry.report = now;
      entry.version = ++changes_;
    }
    changed_(key);
  }

  // Needs mutex_.
  void ask_at(const kube::ObjectKey& key, Entry& entry, base::Monotonic when) {
    due_.erase({entry.due, key});
    entry.due = when;
    due_.emplace(when, key);
    news_.notify_all();
  }

  const base::Duration interval_;
  const base::Clock& clock_;
  const Ask ask_;
  const IsWell is_well_;
  const Changed changed_;

  mutable std::mutex mutex_;
  std::condition_variable_any news_;
  std::unordered_map<kube::ObjectKey, Entry, kube::ObjectKeyHash> entries_;
  std::set<std::pair<base::Monotonic, kube::ObjectKey>> due_;  // of each entry
  std::uint64_t changes_ = 0;                                  // of all: versions are taken from it
};

}  // namespace reconcile
