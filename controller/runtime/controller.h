// The control loop: workers take keys off the queue, reconcile them, and do with the outcome what it asks for.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "kube/model/resource_type.h"
#include "runtime/outcome.h"
#include "runtime/queue.h"

namespace runtime {

// What a reconcile is told besides being called.
struct Context {
  kube::ObjectKey key;
  std::string reconcile_id;  // unique in all processes' logs; the log field reconcileID
  std::size_t waiting = 0;   // keys that waited for a worker when this one was taken in hand
};

// Level-triggered: brings the world of one key to what it should be, whatever has happened before. Called on any
// worker, never twice at once for one key. The stop_token says that the process ends and work in hand has no more time.
using Reconcile = std::function<Outcome(const Context& context, std::stop_token stop)>;

// Thread-safe. start() and stop() are called once each, in this order.
class Controller {
 public:
  struct Settings {
    std::string name;  // the label `controller` of metrics and logs
    unsigned workers = 4;
  };

  Controller(Settings settings, Queue& queue, Reconcile reconcile, const base::Clock& clock, base::Metrics& metrics);
  ~Controller();

  void start();
  // Takes no more keys. What is in hand may finish within `grace`; after that its stop_token is set. Returns when every
  // worker has ended.
  void stop(base::Duration grace);

 private:
  struct Meters {
    prometheus::Counter &success, &error, &requeue, &requeue_after;
    prometheus::Counter &errors, &terminal_errors, &panics, &timeouts;
    prometheus::Histogram& seconds;
    prometheus::Gauge &max_concurrent, &active;
  };

  void work(std::stop_token stop);
  void handle(const kube::ObjectKey& key, std::stop_token stop);
  Outcome reconcile_caught(const Context& context, std::stop_token stop);
  void settle(const Context& context, const Outcome& outcome, bool stopping);
  std::string next_id();
  static Meters meters(const std::string& name, base::Metrics& metrics);

  // Constant after construction.
  const Settings settings_;
  Queue& queue_;
  const Reconcile reconcile_;
  const base::Clock& clock_;
  Meters meters_;
  const std::string id_prefix_;

  std::atomic<std::uint64_t> last_id_{0};
  std::mutex mutex_;
  std::condition_variable all_ended_;
  unsigned running_ = 0;               // workers; guarded by mutex_
  std::vector<std::jthread> workers_;  // of the thread that calls start() and stop()
};

}  // namespace runtime
