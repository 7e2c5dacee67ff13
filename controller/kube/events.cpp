#include "kube/events.h"

#include "base/hash.h"
#include "base/logging.h"
#include "json/json.h"

namespace kube {
namespace {

constexpr std::size_t note_limit = 1024;  // bytes; the API server refuses more
constexpr int tries = 3;
constexpr base::Duration first_pause = std::chrono::milliseconds(500);
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
  if (pending_.size() >= capacity) {
    dropped_.Increment();
    return;
  }
  base::Hash64 hash;  // instance, time and sequence: as good as client-go's "<name>.<nanoseconds in hex>"
  hash.add(instance_);
  hash.add(time);
  hash.add(std::to_string(++sequence_));
  char suffix[24];
  std::snprintf(suffix, sizeof suffix, ".%016lx", static_cast<unsigned long>(hash.value()));
  const std::string name = regarding.key.name + suffix;
  pending_.push_back({regarding.key.namespace_name, event_body(regarding, note, name, instance_, time).dump()});
  changed_.notify_one();
}

void EventRecorder::run(std::stop_token stop) {
  while (true) {
    Pending next;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [this] { return !pending_.empty(); });
      if (pending_.empty()) return;  // stopped, and nothing is left
      if (stop.stop_requested()) break;
      next = std::move(pending_.front());
      pending_.pop_front();
    }
    send(next, stop);
  }

  const base::Monotonic deadline = clock_.now() + flush_time;
  const std::lock_guard lock(mutex_);
  while (!pending_.empty() && clock_.now() < deadline) {
    // One try each: the process is ending.
    static_cast<void>(
        client_.create(types::event, pending_.front().namespace_name, std::move(pending_.front().body), {}));
    pending_.pop_front();
  }
}

void EventRecorder::send(const Pending& pending, std::stop_token stop) {
  base::Duration pause = first_pause;
  for (int attempt = 1; attempt <= tries; ++attempt) {
    const auto sent = client_.create(types::event, pending.namespace_name, pending.body, stop);
    // AlreadyExists: an earlier try arrived though its answer did not.
    if (sent || sent.error().already_exists()) return;
    if (!sent.error().transient() || sent.error().stopped() || attempt == tries) {
      base::log::debug("event not delivered", {{"error", sent.error().text()}});
      break;
    }
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, pause, [] { return false; });
    pause *= 2;
  }
  dropped_.Increment();
}

}  // namespace kube
