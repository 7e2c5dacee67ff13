// The manager: owns the stores, the watchers, the queue and the controller, starts them in the right order and ends
// them in the reverse one. Knows no kind by name.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "kube/client.h"
#include "kube/store.h"
#include "kube/watcher.h"
#include "runtime/controller.h"
#include "runtime/health.h"
#include "runtime/queue.h"

namespace runtime {

// A kind to watch and what to remember of it.
struct Watched {
  const kube::ResourceType* type = nullptr;  // a constant of the program
  kube::Projection projection;
  std::string label_selector;  // empty: all
};

// Thread-safe, but for run(): once, on one thread.
class Manager {
 public:
  // Which key an event wakes; nullopt: none (a predicate is a function that says so). `before` is null for what came
  // and at a resync, `after` for what went. Called on any thread; must be quick and must not call the manager.
  using KeyOf = std::function<std::optional<kube::ObjectKey>(
      const kube::ObjectPtr& before, const kube::ObjectPtr& after, const kube::ResourceType& type)>;

  struct Settings {
    std::string name;  // of the controller, in metrics and logs
    std::vector<Watched> watched;
    std::vector<std::string> namespaces;  // one set of watches for each; empty: one for all namespaces
    KeyOf key_of;
    unsigned workers = 4;
    Queue::Settings queue;
    kube::Watcher::Settings watcher;

    base::Duration shutdown_grace = std::chrono::seconds(30);  // for work in hand
    base::Duration sync_warning = std::chrono::minutes(2);     // controller-runtime's CacheSyncTimeout; we wait on
    base::Duration resync = std::chrono::hours(10);            // ±10 %: every key once more, at low priority
    base::Duration stuck_worker = std::chrono::minutes(5);     // one key in hand for longer: not alive
    base::Duration stuck_queue = std::chrono::minutes(10);     // keys wait, and no worker takes one: not alive
    base::Duration stuck_house = std::chrono::minutes(5);      // run()'s own thread does not come around: not alive
    base::Duration stuck_watcher = std::chrono::minutes(15);   // a watch ends within 10 min, whatever happens
    base::Duration housekeeping = std::chrono::seconds(10);  // between two looks at what nobody tells run()'s thread of
    // Called when every cache is synced, before the first worker starts: blocks until this process may write (it
    // leads). False: it never may, and run() waits for its stop. Empty: it may at once.
    std::function<bool(std::stop_token)> admission;
  };

  // References outlive the manager. Registers its checks with `health`, which must not be asked after the manager's
  // end.
  Manager(Settings settings, kube::Client& client, const base::Clock& clock, base::Metrics& metrics, Health& health);
  // For tests: where lists and watches come from.
  using Source = std::function<kube::ListWatch(const Watched& watched, const std::string& namespace_name)>;
  Manager(Settings settings, const Source& source, const base::Clock& clock, base::Metrics& metrics, Health& health);

  // The store of a watched kind, from the start; it fills in run().
  kube::Store& store(const kube::ResourceType& type);
  // For whoever learns of changes in another way than by a watch.
  Queue& queue() { return queue_; }
  bool synced() const;

  // Watches; once everything is synced and admission is given, reconciles; returns after a stop in this order: no key
  // is taken any more, work in hand ends (within shutdown_grace), watchers end. Waits for the CRD, for rights and for
  // the API server as long as it takes.
  void run(const Reconcile& reconcile, std::stop_token stop);

 private:
  // One kind: a store, and a watcher for each namespace that feeds it.
  struct Feed {
    Watched watched;
    kube::Store store;
    std::vector<std::unique_ptr<kube::Watcher>> watchers;
    bool synced() const;
  };

  void on_change(const Feed& feed, const kube::ObjectPtr& before, const kube::ObjectPtr& after);
  std::optional<kube::ObjectKey> key_of(const kube::ObjectPtr& before, const kube::ObjectPtr& after, const Feed& feed);
  bool wait_until_synced(std::stop_token stop);
  void warn_of_waiting(base::Duration waited);
  void keep_house(base::Monotonic resync_at, std::stop_token stop);
  void resync();
  base::Duration next_resync();
  std::string not_synced() const;
  std::string stuck() const;
  base::Duration since(const std::atomic<base::Monotonic::rep>& moment) const;

  // Constant after construction.
  const Settings settings_;
  const base::Clock& clock_;
  base::Metrics& metrics_;
  prometheus::Counter& mapping_failures_;

  Queue queue_;
  std::vector<std::unique_ptr<Feed>> feeds_;
  std::mt19937_64 random_;  // of run()'s thread

  std::mutex mutex_;
  std::condition_variable_any changed_;  // a watcher has synced
  std::atomic<bool> started_{false};
  // 0: not yet, or not any more.
  std::atomic<base::Monotonic::rep> working_since_{0};  // there are workers
  std::atomic<base::Monotonic::rep> house_kept_at_{0};
};

}  // namespace runtime
