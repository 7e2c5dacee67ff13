#include "reconcile/broker_health.h"

#include <algorithm>

#include "base/base64.h"
#include "base/logging.h"
#include "http/peer.h"
#include "http/unary.h"

namespace reconcile {
namespace {

// A broker that is well answers in milliseconds.
constexpr base::Duration patience = std::chrono::seconds(3);
constexpr std::size_t brokers_per_second = 10;
// What it says then is soon not true any more: nodes come.
constexpr base::Duration unwell_interval = std::chrono::seconds(3);

}  // namespace

base::Result<heat::BrokerReport> ask_broker(const BrokerEndpoint& endpoint, std::stop_token stop) {
  const auto peer = http::parse_peer(endpoint.url);
  if (!peer) return base::failure(peer.error().message);
  http::Unary broker({endpoint.url, "", false, {}}, *peer);
  const std::string login = "Basic " + base::base64_encode(endpoint.username + ":" + endpoint.password);
  const auto get = [&](const char* path) -> base::Result<std::string> {
    auto answer = broker.send({"GET", path, {{"Authorization", login}}, "", true}, patience, stop);
    if (!answer) return base::failure(answer.error().message);
    if (answer->status != 200) return base::failure("the broker answers " + std::to_string(answer->status));
    return std::move(answer->body);
  };
  const auto nodes = get(heat::broker_nodes_path);
  if (!nodes) return base::failure(nodes.error().message);
  return get(heat::broker_queues_path).and_then([&](const std::string& queues) {
    return heat::broker_report(*nodes, queues);
  });
}

BrokerHealth::BrokerHealth(base::Duration interval, const base::Clock& clock, Ask ask, Changed changed)
    : interval_(interval), clock_(clock), ask_(std::move(ask)), changed_(std::move(changed)) {}

std::optional<heat::BrokerReport> BrokerHealth::report(const kube::ObjectKey& key, BrokerEndpoint endpoint,
                                                       std::int64_t nodes) {
  const std::scoped_lock lock(mutex_);
  Entry& entry = entries_[key];
  if (entry.nodes != nodes || !(entry.endpoint == endpoint)) ask_at(key, entry, clock_.now());
  entry.endpoint = std::move(endpoint);
  entry.nodes = nodes;
  return entry.report;
}

void BrokerHealth::forget(const kube::ObjectKey& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return;
  due_.erase({found->second.due, key});
  entries_.erase(found);
}

std::uint64_t BrokerHealth::version(const kube::ObjectKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.version;
}

void BrokerHealth::ask_at(const kube::ObjectKey& key, Entry& entry, base::Monotonic when) {
  due_.erase({entry.due, key});
  entry.due = when;
  due_.emplace(when, key);
  news_.notify_all();
}

void BrokerHealth::run(std::stop_token stop) {
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
    ask_at(key, entry, clock_.now() + base::stretched(interval_, entries_.size(), brokers_per_second));
    const BrokerEndpoint endpoint = entry.endpoint;
    lock.unlock();
    ask(key, endpoint, stop);
    lock.lock();
  }
}

void BrokerHealth::ask(const kube::ObjectKey& key, const BrokerEndpoint& endpoint, const std::stop_token& stop) {
  const auto answer = ask_(endpoint, stop);
  if (stop.stop_requested()) return;
  if (!answer) {
    base::log::debug("a broker does not tell how it is",
                     {{"heatcluster", key.text()}, {"error", answer.error().message}});
  }
  const std::optional<heat::BrokerReport> now = answer ? std::optional(*answer) : std::nullopt;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    Entry& entry = found->second;
    const bool is_well = !now || (now->running >= entry.nodes && now->leaderless == 0);
    // Somebody may want it asked sooner since.
    if (!is_well) ask_at(key, entry, std::min(entry.due, clock_.now() + unwell_interval));
    if (entry.report == now) return;
    entry.report = now;
    entry.version = ++changes_;
  }
  changed_(key);
}

}  // namespace reconcile
