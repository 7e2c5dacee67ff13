#include "runtime/manager.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "base/logging.h"

namespace runtime {
namespace {

Manager::Source from(kube::Client& client) {
  return [&client](const Watched& watched, const std::string& namespace_name) {
    return kube::list_watch(client, *watched.type, namespace_name, watched.label_selector);
  };
}

std::string seconds_text(base::Duration duration) { return std::to_string(duration.count() / 1000) + " s"; }

}  // namespace

Manager::Manager(Settings settings, kube::Client& client, const base::Clock& clock, base::Metrics& metrics,
                 Health& health)
    : Manager(std::move(settings), from(client), clock, metrics, health) {}

Manager::Manager(Settings settings, const Source& source, const base::Clock& clock, base::Metrics& metrics,
                 Health& health)
    : settings_(std::move(settings)),
      clock_(clock),
      metrics_(metrics),
      mapping_failures_(metrics.counter("controller_runtime_event_mapping_failures_total",
                                        "Exceptions while finding the key that an event wakes.",
                                        {{"controller", settings_.name}})),
      queue_(settings_.name, clock, settings_.queue, metrics),
      random_(std::random_device{}()) {
  const std::vector<std::string> everywhere{""};
  for (const Watched& watched : settings_.watched) {
    auto feed = std::make_unique<Feed>();
    feed->watched = watched;
    feed->store.on_change(
        [this, fed = feed.get()](const auto& before, const auto& after) { on_change(*fed, before, after); });
    for (const std::string& name : settings_.namespaces.empty() ? everywhere : settings_.namespaces) {
      kube::Watcher::Settings watcher = settings_.watcher;
      watcher.seed = random_();
      feed->watchers.push_back(std::make_unique<kube::Watcher>(
          *watched.type, watched.projection, name, source(watched, name), feed->store, clock, metrics, watcher));
      feed->watchers.back()->on_synced([this] {
        { const std::lock_guard lock(mutex_); }  // whoever is about to wait waits by now
        changed_.notify_all();
      });
    }
    feeds_.push_back(std::move(feed));
  }
  health.add_readiness("caches", [this] { return not_synced(); });
  health.add_liveness("loops", [this] { return stuck(); });
}

kube::Store& Manager::store(const kube::ResourceType& type) {
  const auto found =
      std::find_if(feeds_.begin(), feeds_.end(), [&](const auto& feed) { return *feed->watched.type == type; });
  if (found == feeds_.end()) throw std::logic_error("not watched: " + std::string(type.plural));
  return (*found)->store;
}

bool Manager::Feed::synced() const {
  return std::all_of(watchers.begin(), watchers.end(), [](const auto& watcher) { return watcher->synced(); });
}

bool Manager::synced() const {
  return std::all_of(feeds_.begin(), feeds_.end(), [](const auto& feed) { return feed->synced(); });
}

void Manager::run(const Reconcile& reconcile, std::stop_token stop) {
  std::vector<std::jthread> threads;
  for (const auto& feed : feeds_) {
    for (const auto& watcher : feed->watchers) {
      threads.emplace_back([&watcher = *watcher](std::stop_token end) { watcher.run(std::move(end)); });
    }
  }
  started_ = true;

  Controller controller({settings_.name, settings_.workers}, queue_, reconcile, clock_, metrics_);
  const bool all_synced = wait_until_synced(stop);
  const base::Monotonic resync_at = clock_.now() + next_resync();
  if (all_synced && (!settings_.admission || settings_.admission(stop)) && !stop.stop_requested()) {
    base::log::info("starting workers", {{"controller", settings_.name}, {"workers", settings_.workers}});
    working_since_ = clock_.now().time_since_epoch().count();
    controller.start();
  }
  keep_house(resync_at, stop);

  house_kept_at_ = 0;
  working_since_ = 0;  // who takes no more keys is not stuck
  controller.stop(settings_.shutdown_grace);
  started_ = false;
  for (std::jthread& thread : threads) thread.request_stop();
  threads.clear();  // joins
}

void Manager::on_change(const Feed& feed, const kube::ObjectPtr& before, const kube::ObjectPtr& after) {
  const auto key = key_of(before, after, feed);
  if (key) queue_.add(*key, feed.synced() ? Queue::Priority::normal : Queue::Priority::low);
}

// Objects come from the API server as anybody wrote them: one that the mapping chokes on must not end the others' work.
std::optional<kube::ObjectKey> Manager::key_of(const kube::ObjectPtr& before, const kube::ObjectPtr& after,
                                               const Feed& feed) {
  try {
    return settings_.key_of(before, after, *feed.watched.type);
  } catch (const std::exception& exception) {
    mapping_failures_.Increment();
    base::log::error("a bug: exception while finding the key of an event",
                     {{"controller", settings_.name},
                      {"resource", feed.watched.type->plural},
                      {"key", (after ? after : before)->key.text()},
                      {"error", exception.what()}});
    return std::nullopt;
  }
}

bool Manager::wait_until_synced(std::stop_token stop) {
  const base::Monotonic begin = clock_.now();
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (changed_.wait_for(lock, stop, settings_.housekeeping, [this] { return synced(); })) return true;
    lock.unlock();
    if (!stop.stop_requested()) warn_of_waiting(std::chrono::duration_cast<base::Duration>(clock_.now() - begin));
    lock.lock();
  }
  return false;
}

void Manager::warn_of_waiting(base::Duration waited) {
  for (const auto& feed : feeds_) {
    for (const auto& watcher : feed->watchers) {
      const auto awaiting = watcher->awaiting_initial_events();
      if (awaiting && *awaiting >= settings_.housekeeping) {
        base::log::warn("the streaming list has not ended yet",
                        {{"resource", watcher->description()}, {"waited", seconds_text(*awaiting)}});
      }
    }
  }
  // Once when the limit passes, then once in that time again.
  const auto limits = [&](base::Duration time) { return time / settings_.sync_warning; };
  if (waited >= settings_.sync_warning && limits(waited) != limits(waited - settings_.housekeeping)) {
    base::log::warn("not every cache is synced, so nothing is reconciled yet",
                    {{"controller", settings_.name}, {"waited", seconds_text(waited)}, {"missing", not_synced()}});
  }
}

void Manager::keep_house(base::Monotonic resync_at, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    house_kept_at_ = clock_.now().time_since_epoch().count();
    changed_.wait_for(lock, stop, settings_.housekeeping, [] { return false; });
    queue_.measure();
    if (clock_.now() < resync_at) continue;
    resync();
    resync_at = clock_.now() + next_resync();
  }
}

void Manager::resync() {
  for (const auto& feed : feeds_) {
    for (const kube::ObjectPtr& object : feed->store.all()) {
      if (const auto key = key_of(nullptr, object, *feed)) queue_.add(*key, Queue::Priority::low);
    }
  }
}

base::Duration Manager::next_resync() {
  std::uniform_real_distribution<double> spread(0.9, 1.1);
  return base::Duration(
      static_cast<base::Duration::rep>(static_cast<double>(settings_.resync.count()) * spread(random_)));
}

std::string Manager::not_synced() const {
  std::string missing;
  for (const auto& feed : feeds_) {
    for (const auto& watcher : feed->watchers) {
      if (watcher->synced()) continue;
      const std::string trouble = watcher->trouble();
      missing +=
          (missing.empty() ? "" : "; ") + watcher->description() + ": " + (trouble.empty() ? "no answer yet" : trouble);
    }
  }
  return missing;
}

// 0 where the moment is.
base::Duration Manager::since(const std::atomic<base::Monotonic::rep>& moment) const {
  const base::Monotonic::rep then = moment;
  if (then == 0) return {};
  return std::chrono::duration_cast<base::Duration>(clock_.now() - base::Monotonic(base::Monotonic::duration(then)));
}

std::string Manager::stuck() const {
  if (!started_) return {};
  const auto longest = queue_.longest_in_hand();
  if (longest && longest->held > settings_.stuck_worker) {
    return "a worker has had " + longest->key.text() + " in hand for " + seconds_text(longest->held);
  }
  const base::Duration unserved = std::min(queue_.unserved(), since(working_since_));
  if (unserved > settings_.stuck_queue) return "no worker has taken a key for " + seconds_text(unserved);
  if (since(house_kept_at_) > settings_.stuck_house) {
    return "the manager's own loop has not come around for " + seconds_text(since(house_kept_at_));
  }
  for (const auto& feed : feeds_) {
    for (const auto& watcher : feed->watchers) {
      if (!watcher->alive(settings_.stuck_watcher)) return "the watcher of " + watcher->description() + " is stuck";
    }
  }
  return {};
}

}  // namespace runtime
