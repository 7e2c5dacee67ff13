// Events (events.k8s.io/v1): what the operator did and why, for `kubectl describe` and `kubectl events`.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "kube/client.h"
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
// the API server does not take after some tries is dropped and counted. run() sends on the caller's thread until
// stopped and then once through what is queued.
class EventRecorder {
 public:
  EventRecorder(Client& client, const base::Clock& clock, base::Metrics& metrics, std::string instance);

  void record(const ObjectReference& regarding, const EventNote& note);
  void run(std::stop_token stop);

 private:
  struct Pending {
    std::string namespace_name;
    std::string body;
  };
  void send(const Pending& pending, std::stop_token stop);

  static constexpr std::size_t capacity = 1000;  // client-go's broadcaster: drop rather than block

  Client& client_;
  const base::Clock& clock_;
  const std::string instance_;  // reportingInstance: which process
  prometheus::Counter& dropped_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Pending> pending_;  // guarded by mutex_
  std::uint64_t sequence_ = 0;   // guarded by mutex_; makes names unique within the process
};

}  // namespace kube
