#include "kube/events.h"

#include <algorithm>

#include "base/hash.h"
#include "base/logging.h"
#include "json/json.h"

namespace kube {
namespace {

constexpr std::size_t note_limit = 1024;  // bytes; the API server refuses more
constexpr int tries = 12;                 // client-go's number; 10 s apart in the end
constexpr base::Backoff::Settings between_tries{std::chrono::milliseconds(500), std::chrono::seconds(10), 2.0, 0.5};
// Events that are still queued when the process ends get this long in all; then they are lost with it.
constexpr base::Duration flush_time = std::chrono::seconds(2);

std::string cut(const std::string& note) {
  if (note.size() <= note_limit) return note;
  std::size_t end = note_limit - 3;
  while (end > 0 && (static_cast<unsigned char>(note[end]) & 0xC0) == 0x80) --end;  // not within a UTF-8 sequence
  return note.substr(0, end) + "...";
}

json::Value event_body(const ObjectReference& regarding, const EventNote& note, const std::string& name,
                       const std::string& instance, const std::string& time) {
  return {{"apiVersion", types::event.api_version()},
          {"kind", types::event.kind},
          {"metadata", {{"name", name}, {"namespace", regarding.key.namespace_name}}},
          {"eventTime", time},
          {"reportingController", field_manager},
          {"reportingInstance", instance},
          {"action", note.action},
          {"reason", note.reason},
          {"type", note.warning ? "Warning" : "Normal"},
          {"note", cut(note.note)},
          {"regarding",
           {{"apiVersion", regarding.type->api_version()},
            {"kind", regarding.type->kind},
            {"namespace", regarding.key.namespace_name},
            {"name", regarding.key.name},
            {"uid", regarding.uid}}}};
}

}  // namespace

EventRecorder::EventRecorder(Client& client, const base::Clock& clock, base::Metrics& metrics, std::string instance)
    : client_(client),
      clock_(clock),
      instance_(std::move(instance)),
      dropped_(metrics.counter("heat_operator_events_dropped_total", "Events that could not be delivered", {})) {}

void EventRecorder::record(const ObjectReference& regarding, const EventNote& note) {
  const std::string time = base::rfc3339_micro(clock_.wall());
  const std::lock_guard lock(mutex_);
  ToldEvent fresh;
  fresh.namespace_name = regarding.key.namespace_name;
  fresh.name = new_name(regarding.key.name, time);
  fresh.body = event_body(regarding, note, fresh.name, instance_, time);
  fresh.last_time = time;
  queue(
      series_.add({regarding.uid, note.reason, note.action, note.warning}, note.note, std::move(fresh), clock_.now()));
}

// With mutex_ held.
void EventRecorder::queue(std::vector<ToldEventPtr> events) {
  for (ToldEventPtr& event : events) {
    if (pending_.size() >= capacity) {
      event->queued = false;
      dropped_.Increment();
      continue;
    }
    if (pending_.empty()) progress_ = clock_.now().time_since_epoch().count();
    pending_.push_back(std::move(event));
    changed_.notify_one();
  }
}

// Instance, time and sequence: as good as client-go's "<name>.<nanoseconds in hex>".
std::string EventRecorder::new_name(const std::string& regarding, const std::string& time) {
  base::Hash64 hash;
  hash.add(instance_);
  hash.add(time);
  hash.add(std::to_string(++sequence_));
  char suffix[24];
  std::snprintf(suffix, sizeof suffix, ".%016lx", static_cast<unsigned long>(hash.value()));
  return regarding + suffix;
}

void EventRecorder::run(std::stop_token stop) {
  Write write;
  while (next(write, stop)) send(std::move(write), stop);
  flush();
}

// Waits for something to write; false: stopped.
bool EventRecorder::next(Write& write, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    progress_ = clock_.now().time_since_epoch().count();
    queue(series_.close(clock_.now()));
    if (!pending_.empty()) {
      write = taken();
      return true;
    }
    const auto ready = [this] { return !pending_.empty(); };
    if (const auto end = series_.next_close()) {
      changed_.wait_for(lock, stop, *end - clock_.now(), ready);
    } else {
      changed_.wait(lock, stop, ready);
    }
  }
  return false;
}

// The first of the queue as it is now. With mutex_ held.
EventRecorder::Write EventRecorder::taken() {
  const ToldEventPtr event = std::move(pending_.front());
  pending_.pop_front();
  event->queued = false;
  event->reported_at = clock_.now();
  event->reported = event->count;
  const bool create = !event->created;
  event->created = true;
  return {event, create, (create ? event->whole() : event->patch()).dump(), event->count};
}

void EventRecorder::send(Write write, std::stop_token stop) {
  base::Backoff backoff(clock_, between_tries, static_cast<std::uint64_t>(write.count));
  for (int attempt = 1; attempt <= tries; ++attempt) {
    const auto sent = try_once(write, stop);
    if (sent) return;
    if (!sent.error().transient() || sent.error().stopped() || attempt == tries) {
      base::log::debug("event not delivered", {{"error", sent.error().text()}});
      break;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, std::max(backoff.next(), sent.error().retry_after), [] { return false; });
    progress_ = clock_.now().time_since_epoch().count();
  }
  dropped_.Increment();
  const std::lock_guard lock(mutex_);
  // Where it happens again it is tried again, as a whole.
  if (write.create) write.event->created = false;
}

Result<void> EventRecorder::try_once(Write& write, std::stop_token stop) {
  const std::string& namespace_name = write.event->namespace_name;
  if (!write.create) {
    const auto patched = client_.merge(types::event, {namespace_name, write.event->name}, write.body, stop);
    if (patched) return {};
    if (!patched.error().not_found()) return tl::unexpected(patched.error());
    // Events live for an hour: it is made anew.
    const std::lock_guard lock(mutex_);
    write.create = true;
    write.body = write.event->whole().dump();
  }
  const auto created = client_.create(types::event, namespace_name, write.body, std::move(stop));
  // AlreadyExists: an earlier try arrived though its answer did not.
  if (created || created.error().already_exists()) return {};
  return tl::unexpected(created.error());
}

// One try each: the process is ending.
void EventRecorder::flush() {
  const base::Monotonic deadline = clock_.now() + flush_time;
  std::unique_lock lock(mutex_);
  queue(series_.rest());
  while (!pending_.empty() && clock_.now() < deadline) {
    Write write = taken();
    lock.unlock();
    static_cast<void>(try_once(write, {}));
    lock.lock();
  }
}

bool EventRecorder::alive(base::Duration within) const {
  const std::lock_guard lock(mutex_);
  return pending_.empty() || clock_.now() - base::Monotonic(base::Monotonic::duration(progress_.load())) <= within;
}

}  // namespace kube
