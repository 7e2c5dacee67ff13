#include "kube/watcher.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/logging.h"

namespace kube {
namespace {

base::Backoff::Settings capped(base::Backoff::Settings settings, base::Duration cap) {
  settings.cap = std::min(settings.cap, cap);
  settings.first = std::min(settings.first, cap);
  return settings;
}

std::string resource_name(const ResourceType& type) {
  return type.group.empty() ? std::string(type.plural) : std::string(type.plural) + "." + std::string(type.group);
}

constexpr base::Duration longest_initializing = std::chrono::seconds(10);

// Groups of Kubernetes itself have no dot, or end in k8s.io; every other group comes from a CRD.
bool is_custom(const ResourceType& type) {
  return type.group.find('.') != std::string_view::npos && !type.group.ends_with(".k8s.io");
}

}  // namespace

Watcher::Watcher(const ResourceType& type, Projection projection, std::string namespace_name, ListWatch source,
                 Store& store, const base::Clock& clock, base::Metrics& metrics, Settings settings)
    : type_(type),
      projection_(std::move(projection)),
      namespace_name_(std::move(namespace_name)),
      source_(std::move(source)),
      store_(store),
      clock_(clock),
      settings_(settings),
      meters_([&]() -> Meters {
        const base::Metrics::Labels labels{{"name", std::string(type.plural)}, {"namespace", namespace_name_}};
        const base::Metrics::Labels store_labels{{"name", std::string(type.plural)}};
        return {
            metrics.counter("reflector_lists_total", "Lists that were asked for.", labels),
            metrics.counter("reflector_watches_total", "Watches that were asked for.", labels),
            metrics.counter("reflector_short_watches_total", "Watches that ended at once without an event.", labels),
            metrics.counter("reflector_watch_events_total", "Watch events received, bookmarks included.", labels),
            metrics.counter("reflector_errors_total", "Lists and watches that failed.", labels),
            metrics.counter("reflector_restarts_total", "Lists that became necessary after the first one.", labels),
            metrics.counter("reflector_undecodable_total", "Answers and events that could not be read.", labels),
            metrics.gauge("reflector_last_resource_version_timestamp_seconds",
                          "When the last resourceVersion was learned; its age is time() minus this.", labels),
            metrics.gauge("reflector_store_objects", "Objects that are held in memory.", store_labels),
            metrics.gauge("reflector_store_bytes", "Estimated memory of the objects held.", store_labels),
        };
      }()),
      state_(settings.state),
      backoff_(clock, settings.backoff, settings.seed),
      mending_backoff_(clock, capped(settings.backoff, settings.mending_cap), settings.seed + 1),
      random_(settings.seed + 2) {}

void Watcher::run(std::stop_token stop) {
  touch();
  run_ = Run::running;
  while (!stop.stop_requested()) step(stop);
  run_ = Run::ended;
}

bool Watcher::wait_synced(base::Duration within, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::move(stop), within, [this] { return synced(); });
}

std::string Watcher::description() const {
  return resource_name(type_) + (namespace_name_.empty() ? " in all namespaces" : " in namespace " + namespace_name_);
}

std::string Watcher::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::optional<base::Duration> Watcher::awaiting_initial_events() const {
  const std::lock_guard lock(mutex_);
  if (!awaiting_since_) return std::nullopt;
  return std::chrono::duration_cast<base::Duration>(clock_.now() - *awaiting_since_);
}

bool Watcher::alive(base::Duration within) const {
  if (run_ == Run::not_yet) return true;
  const base::Monotonic last{base::Monotonic::duration(progress_.load())};
  return run_ == Run::running && clock_.now() - last <= within;
}

void Watcher::step(std::stop_token stop) {
  touch();
  const WatchState::Request request = state_.request();
  const bool listing = request.phase == WatchState::Phase::list || request.phase == WatchState::Phase::stream;
  if (listing && synced()) meters_.restarts.Increment();
  const bool streams = request.phase == WatchState::Phase::stream || request.phase == WatchState::Phase::watch;
  const WatchState::Pause next = streams ? stream(request, stop) : list(request, stop);
  if (state_.phase() != WatchState::Phase::page) pending_ = {};
  pause(next, std::move(stop));
}

WatchState::Pause Watcher::list(const WatchState::Request& request, std::stop_token stop) {
  if (request.phase == WatchState::Phase::list) meters_.lists.Increment();
  ListOptions options;
  options.resource_version = request.resource_version;
  options.limit = request.limit;
  options.continue_token = request.continue_token;
  auto body = source_.list(options, std::move(stop));
  touch();
  if (!body) {
    const WatchState::Pause next = state_.on_list_error(body.error());
    if (next.failed) met(body.error());
    return next;
  }
  auto page = decode_list(std::move(*body), type_, projection_);
  if (!page) {
    meters_.undecodable.Increment();
    met({0, "Unreadable", page.error().message, {}, http::Failure::broken});
    return state_.on_list_unreadable();
  }
  if (pending_.empty()) {
    pending_ = std::move(page->items);
  } else {
    std::move(page->items.begin(), page->items.end(), std::back_inserter(pending_));
  }
  if (state_.on_page(page->resource_version, page->continue_token) == WatchState::Page::replace) {
    replace(page->resource_version);
  }
  return {};
}

WatchState::Pause Watcher::stream(const WatchState::Request& request, std::stop_token stop) {
  meters_.watches.Increment();
  WatchOptions options;
  options.resource_version = request.resource_version;
  options.send_initial_events = request.phase == WatchState::Phase::stream;
  std::uniform_int_distribution<std::chrono::seconds::rep> spread(settings_.least_timeout.count(),
                                                                  settings_.most_timeout.count());
  options.timeout = std::chrono::seconds(spread(random_));
  await_initial_events(options.send_initial_events);

  const base::Monotonic begin = clock_.now();
  std::size_t lines = 0;
  bool ended_by_event = false;
  const auto result = source_.watch(
      options,
      [&](std::string_view line) {
        ++lines;
        ended_by_event = !on_line(line);
        return !ended_by_event;
      },
      std::move(stop));
  touch();
  await_initial_events(false);

  if (!result && !ended_by_event) {
    const WatchState::Pause next = state_.on_stream_error(result.error());
    if (next.failed) met(result.error());
    return next;
  }
  const auto lasted = std::chrono::duration_cast<base::Duration>(clock_.now() - begin);
  const WatchState::Pause next = state_.on_stream_end(lasted, lines);
  if (!next.failed) {
    well();
  } else if (!ended_by_event) {
    if (lines == 0) meters_.short_watches.Increment();
    met({0, "EarlyEnd", "the watch ended before it began to be of use", {}, http::Failure::broken});
  }
  return next;
}

bool Watcher::on_line(std::string_view line) {
  touch();
  meters_.events.Increment();
  auto event = decode_watch_event(line, type_, projection_);
  if (!event) {
    unreadable(event.error().message);
    return true;
  }
  if (event->type != EventType::error) well();
  switch (state_.on_event(*event)) {
    case WatchState::Take::nothing:
      break;
    case WatchState::Take::collect:
      pending_.push_back(std::move(event->object));
      return true;
    case WatchState::Take::replace:
      replace(event->resource_version);
      break;
    case WatchState::Take::upsert:
      store_.upsert(event->object);
      break;
    case WatchState::Take::erase:
      store_.erase(event->object);
      break;
    case WatchState::Take::end:
      if (event->type == EventType::error && !event->status.gone()) met(event->status);
      if (event->type == EventType::deleted) unreadable("DELETED before the end of the initial events");
      return false;
  }
  measure();
  return true;
}

void Watcher::replace(const std::string& version) {
  store_.replace(pending_, version, namespace_name_);
  pending_ = {};
  well();
  measure();
  await_initial_events(false);
  if (synced()) return;
  {
    const std::lock_guard lock(mutex_);
    synced_.store(true, std::memory_order_release);
  }
  changed_.notify_all();
  base::log::info("watching", {{"resource", description()}, {"objects", store_.size()}});
  if (synced_listener_) synced_listener_();
}

void Watcher::well() {
  mending_ = false;
  initializing_since_.reset();
  {
    const std::lock_guard lock(mutex_);
    trouble_.clear();
  }
  if (std::exchange(last_told_, {}).empty()) return;
  base::log::info("the API server answers again", {{"resource", description()}});
}

// Told once for each change of what is wrong, not at each try.
void Watcher::met(const Error& error) {
  meters_.errors.Increment();
  mending_ = error.unauthorized() || error.forbidden() || error.not_found();
  const std::string text = error.text() + advice(error);
  {
    const std::lock_guard lock(mutex_);
    trouble_ = text;
  }
  const bool tells = !soon_over(error) && std::exchange(last_told_, text) != text;
  if (tells) base::log::warn("cannot list or watch; trying on", {{"resource", description()}, {"error", text}});
}

// The API server answers so for the first seconds of each new CRD.
bool Watcher::soon_over(const Error& error) {
  const bool initializing =
      error.too_many_requests() && error.message.find("storage is (re)initializing") != std::string::npos;
  if (!initializing) {
    initializing_since_.reset();
    return false;
  }
  if (!initializing_since_) initializing_since_ = clock_.now();
  return clock_.now() - *initializing_since_ < longest_initializing;
}

void Watcher::unreadable(const std::string& problem) {
  meters_.undecodable.Increment();
  if (problem == last_unreadable_) return;
  last_unreadable_ = problem;
  base::log::warn("ignored what the API server sent", {{"resource", description()}, {"error", problem}});
}

std::string Watcher::advice(const Error& error) const {
  if (error.forbidden()) {
    return "; the operator needs the rights list and watch on " + description() +
           ": apply manifests/install.yaml, or the " + "Role of that namespace";
  }
  if (error.not_found() && is_custom(type_)) {
    return "; the CRD is not installed: kubectl apply -f crds/" + std::string(type_.plural) + ".yaml";
  }
  return {};
}

void Watcher::pause(const WatchState::Pause& pause, std::stop_token stop) {
  if (!pause.back_off || stop.stop_requested()) return;
  const base::Duration delay = std::max((mending_ ? mending_backoff_ : backoff_).next(), pause.at_least);
  base::log::debug("waiting before the next try", {{"resource", description()}, {"milliseconds", delay.count()}});
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::move(stop), delay, [] { return false; });
}

void Watcher::touch() { progress_ = clock_.now().time_since_epoch().count(); }

void Watcher::measure() {
  meters_.last_version_time.Set(std::chrono::duration<double>(clock_.wall().time_since_epoch()).count());
  meters_.objects.Set(static_cast<double>(store_.size()));
  meters_.bytes.Set(static_cast<double>(store_.bytes()));
}

void Watcher::await_initial_events(bool waiting) {
  const std::lock_guard lock(mutex_);
  awaiting_since_ = waiting ? std::optional(clock_.now()) : std::nullopt;
}

}  // namespace kube
