// Leader election: one process of all replicas works, the others stand by with warm caches. The rules are LeaseState's;
// this is the thread that asks, waits and tells.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "json/json.h"
#include "kube/client.h"
#include "kube/lease_state.h"
#include "kube/model/resource_type.h"

namespace kube {

// Thread-safe, but for run(): once, on one thread.
class LeaderElector {
 public:
  enum class End {
    left,  // stopped; whether the Lease was given back is in the log
    lost,  // this process has led and must not write any more: end it, at once
  };

  // `client` must not be one whose writes wait for this election. References outlive the elector.
  LeaderElector(ObjectKey lease, LeaseState::Settings settings, Client& client, const base::Clock& clock,
                base::Metrics& metrics);

  // Stands by, leads, and renews until the Lease is lost or `stop` comes; after a stop gives it back, so that the next
  // leader need not wait for its end. Stop it when nothing that may write is left.
  End run(std::stop_token stop);

  // Blocks until this process leads; false: run() has ended or `stop` came before.
  bool wait_until_leading(std::stop_token stop);
  // For how long a write that leaves the process at this moment may be under way; zero or less: none may leave.
  base::Duration leads_for() const {
    const base::Monotonic::rep now = clock_.now().time_since_epoch().count();
    const base::Monotonic::rep until = write_until_.load();
    if (until <= now) return {};
    return std::chrono::duration_cast<base::Duration>(base::Monotonic::duration(until - now));
  }
  // Whether a write may leave the process at this moment: ask right before each.
  bool leads() const { return clock_.now().time_since_epoch().count() < write_until_.load(); }

  // Why nothing is known of the Lease yet; empty: nothing stands in the way. Once it was read or written this stays
  // empty: who stands by is ready.
  std::string trouble() const;
  // Why the Lease was lost; empty: it was not.
  std::string loss() const;
  // False where run() has not come around within `within`; a healthy loop does every few seconds.
  bool alive(base::Duration within) const;

 private:
  void act(const LeaseState::Action& action, std::stop_token stop);
  void write(const LeaseState::Action& action, base::Duration within, std::stop_token stop);
  void take(const std::string& body, base::Monotonic sent, bool written);
  void failed(const Error& error, bool worth_telling);
  void publish();
  base::Duration time_for_a_request() const;
  void pause(const LeaseState::Action& action, std::stop_token stop);
  std::string advice(const Error& error) const;

  // Constant after construction.
  const ObjectKey key_;
  const LeaseState::Settings settings_;
  Client& client_;
  const base::Clock& clock_;
  prometheus::Gauge& leading_;
  prometheus::Counter& slow_path_;

  // Of run()'s thread alone.
  LeaseState state_;
  json::Value object_;  // the Lease as it was answered last: what others wrote into it is kept
  std::mt19937_64 random_;
  std::optional<base::Monotonic> give_back_until_;  // set by a stop
  std::string told_holder_;                         // in the log
  bool told_leading_ = false;

  std::atomic<base::Monotonic::rep> write_until_;
  std::atomic<base::Monotonic::rep> progress_{0};  // 0: run() has not begun, or has ended

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string trouble_;  // what failed last; guarded by mutex_
  std::string loss_;     // guarded by mutex_
  bool known_ = false;   // the Lease has been read or written; guarded by mutex_
  bool ended_ = false;   // guarded by mutex_
};

}  // namespace kube
