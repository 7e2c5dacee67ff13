// Keeps a Store in step with the API server: drives WatchState over the network, on one thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "kube/decode.h"
#include "kube/list_watch.h"
#include "kube/store.h"
#include "kube/watch_state.h"

namespace kube {

// run() belongs to one thread; everything else may be called from any. Nothing ends run() but its stop_token: whatever
// goes wrong is told, counted and tried again, so that the process heals when a CRD, a right or the API server comes
// (back).
class Watcher {
 public:
  struct Settings {
    WatchState::Settings state;
    base::Backoff::Settings backoff;  // 800 ms, doubled up to 30 s, jittered: client-go's and kube-rs' numbers
    // After 401, 403 and 404: a person is about to mend it, and waits for the effect.
    base::Duration mending_cap = std::chrono::seconds(5);
    // timeoutSeconds is drawn from this range: API servers honour no less than 5 min, and ends should not come
    // together.
    std::chrono::seconds least_timeout{300};
    std::chrono::seconds most_timeout{600};
    std::uint64_t seed = 0;
  };

  // References outlive the watcher. `namespace_name` is what `source` is limited to (empty: nothing).
  Watcher(const ResourceType& type, Projection projection, std::string namespace_name, ListWatch source, Store& store,
          const base::Clock& clock, base::Metrics& metrics, Settings settings);

  // Called once, on the watcher's thread, when everything there was is in the store. Set before run().
  void on_synced(std::function<void()> listener) { synced_listener_ = std::move(listener); }

  void run(std::stop_token stop);

  bool synced() const { return synced_.load(std::memory_order_acquire); }
  // False where it is not synced by then, or a stop came first.
  bool wait_synced(base::Duration within, std::stop_token stop);

  // "heatclusters.heat.openstack.org in all namespaces", for logs and health pages.
  std::string description() const;
  // What stands in the way at the moment; empty: nothing.
  std::string trouble() const;
  // Since when a streaming list has been waiting for its end; nullopt: none is.
  std::optional<base::Duration> awaiting_initial_events() const;
  // False where run() has ended, or has not come around within `within`. A healthy loop comes around at each line,
  // answer and pause, at the latest when timeoutSeconds has passed.
  bool alive(base::Duration within) const;

 private:
  void step(std::stop_token stop);
  WatchState::Pause list(const WatchState::Request& request, std::stop_token stop);
  WatchState::Pause stream(const WatchState::Request& request, std::stop_token stop);
  bool on_line(std::string_view line);
  void replace(const std::string& version);
  void well();
  void met(const Error& error);
  bool soon_over(const Error& error);
  void unreadable(const std::string& problem);
  std::string advice(const Error& error) const;
  void pause(const WatchState::Pause& pause, std::stop_token stop);
  void touch();
  void measure();
  void await_initial_events(bool waiting);

  // Constant after construction.
  const ResourceType& type_;
  const Projection projection_;
  const std::string namespace_name_;
  const ListWatch source_;
  Store& store_;
  const base::Clock& clock_;
  const Settings settings_;
  std::function<void()> synced_listener_;
  struct Meters {
    prometheus::Counter &lists, &watches, &short_watches, &events, &errors, &restarts, &undecodable;
    prometheus::Gauge &last_version_time, &objects, &bytes;
  };
  Meters meters_;

  // Of run()'s thread alone.
  WatchState state_;
  base::Backoff backoff_;
  base::Backoff mending_backoff_;
  std::mt19937_64 random_;
  std::vector<ObjectPtr> pending_;                     // a list that is not whole yet
  std::string last_unreadable_;                        // told already
  bool mending_ = false;                               // the last error is one that a person mends
  std::string last_told_;                              // the trouble that the log knows of
  std::optional<base::Monotonic> initializing_since_;  // the server has said so since then, and nothing else

  enum class Run { not_yet, running, ended };
  std::atomic<Run> run_{Run::not_yet};
  std::atomic<bool> synced_{false};
  std::atomic<base::Monotonic::rep> progress_{0};

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string trouble_;                            // guarded by mutex_
  std::optional<base::Monotonic> awaiting_since_;  // guarded by mutex_
};

}  // namespace kube
