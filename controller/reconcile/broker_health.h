// Asks brokers how they are, aside of the reconciles: a broker that does not answer must hold up nobody.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "heat/broker_report.h"
#include "kube/model/resource_type.h"

namespace reconcile {

// Where a broker's management API is, and who may ask it.
struct BrokerEndpoint {
  std::string url;  // http://heat-broker-nodes.openstack.svc:15672
  std::string username;
  std::string password;
  friend bool operator==(const BrokerEndpoint&, const BrokerEndpoint&) = default;
};

// Two requests to one node of the broker, each within 3 s. The error holds no login.
base::Result<heat::BrokerReport> ask_broker(const BrokerEndpoint& endpoint, std::stop_token stop);

// Thread-safe; guarded by mutex_. What a broker has said counts until the next time that it is asked: one that gives no
// answer then is judged by its pods alone, since it may be us who do not reach it.
class BrokerHealth {
 public:
  using Ask = std::function<base::Result<heat::BrokerReport>(const BrokerEndpoint&, std::stop_token)>;
  using Changed = std::function<void(const kube::ObjectKey&)>;

  // Each broker is asked once in `interval`, and each 3 s while not all is well with it; all together, as long as most
  // are well, no more than ten times in a second. `changed` is called on run()'s thread when one says something else
  // than before.
  BrokerHealth(base::Duration interval, const base::Clock& clock, Ask ask, Changed changed);

  // What the broker of that HeatCluster, which shall have so many nodes, said last; nullopt: nothing yet, or it did not
  // answer. From now on it is asked.
  std::optional<heat::BrokerReport> report(const kube::ObjectKey& key, BrokerEndpoint endpoint, std::int64_t nodes);
  // It is not asked any more.
  void forget(const kube::ObjectKey& key);
  // Counts how often what is said of it has changed: two equal numbers, the same report.
  std::uint64_t version(const kube::ObjectKey& key) const;

  // Asks until the stop, on the calling thread.
  void run(std::stop_token stop);

 private:
  struct Entry {
    BrokerEndpoint endpoint;
    std::int64_t nodes = 0;  // that there shall be
    std::optional<heat::BrokerReport> report;
    std::uint64_t version = 0;
    base::Monotonic due{};
  };

  void ask(const kube::ObjectKey& key, const BrokerEndpoint& endpoint, const std::stop_token& stop);
  void ask_at(const kube::ObjectKey& key, Entry& entry, base::Monotonic when);  // needs mutex_

  const base::Duration interval_;
  const base::Clock& clock_;
  const Ask ask_;
  const Changed changed_;

  mutable std::mutex mutex_;
  std::condition_variable_any news_;
  std::unordered_map<kube::ObjectKey, Entry, kube::ObjectKeyHash> entries_;
  std::set<std::pair<base::Monotonic, kube::ObjectKey>> due_;  // of each entry
  std::uint64_t changes_ = 0;                                  // of all brokers: versions are taken from it
};

}  // namespace reconcile
