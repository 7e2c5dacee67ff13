// Events (events.k8s.io/v1): what the operator did and why, for `kubectl describe` and `kubectl events`.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "kube/client.h"
#include "kube/event_series.h"
#include "kube/model/resource_type.h"

namespace kube {

// The object that an event is about.
struct ObjectReference {
  const ResourceType* type = nullptr;
  ObjectKey key;
  std::string uid;
};

struct EventNote {
  bool warning = false;
  std::string reason;  // UpperCamelCase, stable: people alert on it
  std::string action;  // UpperCamelCase: what the operator was doing
  std::string note;    // cut at 1 kB, the API's limit
};

// Thread-safe. record() never blocks and never fails: an event is a courtesy, so one that finds the queue full or that
// the API server does not take after some tries is dropped and counted. What happens again becomes a series
// (kube/event_series.h): it costs a write at its second time, then one in half an hour, and one when it is over. What
// happens again before it was sent costs none. run() sends on the caller's thread until stopped and then once through
// what is queued.
class EventRecorder {
 public:
  EventRecorder(Client& client, const base::Clock& clock, base::Metrics& metrics, std::string instance);

  void record(const ObjectReference& regarding, const EventNote& note);
  void run(std::stop_token stop);

  // False where something has been waiting to be sent while run() has not come around within `within`. A try takes 30 s
  // and a pause 15 s at most.
  bool alive(base::Duration within) const;

 private:
  // One write: what a ToldEvent was when it was taken from the queue.
  struct Write {
    ToldEventPtr event;
    bool create = false;
    std::string body;
    std::int64_t count = 0;
  };

  void queue(std::vector<ToldEventPtr> events);
  bool next(Write& write, std::stop_token stop);
  Write taken();
  void send(Write write, std::stop_token stop);
  Result<void> try_once(Write& write, std::stop_token stop);
  void flush();
  std::string new_name(const std::string& regarding, const std::string& time);

  static constexpr std::size_t capacity = 1000;  // client-go's broadcaster: drop rather than block

  Client& client_;
  const base::Clock& clock_;
  const std::string instance_;  // reportingInstance: which process
  prometheus::Counter& dropped_;
  std::atomic<base::Monotonic::rep> progress_{0};

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  EventSeries series_;                // guarded by mutex_, and so is each ToldEvent
  std::deque<ToldEventPtr> pending_;  // guarded by mutex_
  std::uint64_t sequence_ = 0;        // guarded by mutex_; makes names unique within the process
};

}  // namespace kube
