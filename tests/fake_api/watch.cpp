#include "fake_api/watch.h"

#include <cstdlib>

#include "fake_api/api.h"

namespace fake_api {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds look_at_client{100};  // how soon a client that has gone is noticed

std::string event_line(std::string_view type, const json::Value& object) {
  return json::Value{{"type", type}, {"object", object}}.dump() + "\n";
}

class WatchStream {
 public:
  WatchStream(const Store& store, const Request& request, const WatchSettings& settings, const Fault* fault,
              WatchSink& sink, std::stop_token stop)
      : store_(store),
        request_(request),
        settings_(settings),
        fault_(fault),
        sink_(sink),
        stop_(std::move(stop)),
        expiries_(settings.expiries) {}

  void run(Version after, bool initial, bool initial_end) {
    if (!sink_.begin()) return;
    cursor_ = after;
    if (initial && !send_initial(initial_end)) return;
    const std::string seconds = request_.parameter("timeoutSeconds");
    const auto end =
        Clock::now() + (seconds.empty() ? std::chrono::seconds(1800)
                                        : std::chrono::seconds(std::strtoll(seconds.c_str(), nullptr, 10)));
    auto next_bookmark = Clock::now() + settings_.bookmark_interval;
    while (!stop_.stop_requested() && sink_.alive()) {
      const std::uint64_t tick = store_.tick();
      if (settings_.expiries != expiries_) {
        if (send_expired()) sink_.end();
        return;
      }
      if (struck("") || !send_changes()) return;
      if (Clock::now() >= end) {
        sink_.end();
        return;
      }
      if (Clock::now() >= next_bookmark) {
        if (!send_bookmark(false)) return;
        next_bookmark = Clock::now() + settings_.bookmark_interval;
      }
      store_.wait(tick, std::min({end, next_bookmark, Clock::now() + look_at_client}), stop_);
    }
  }

  bool send_expired() {
    return sink_.send(event_line("ERROR", status_object(410, "Expired",
                                                        "The resourceVersion for the provided watch is "
                                                        "too old.")));
  }

 private:
  bool selected(const json::Value& object) const {
    return matches_labels(request_.parameter("labelSelector"), object) &&
           matches_fields(request_.parameter("fieldSelector"), object) &&
           (request_.namespace_name.empty() ||
            json::string_at(object, "/metadata/namespace") == request_.namespace_name);
  }

  bool send_initial(bool with_end) {
    cursor_ = store_.visible_version(request_.resource->plural);
    for (const ObjectPtr& object : store_.list(request_.resource->plural, request_.namespace_name, cursor_)) {
      if (selected(*object) && !emit(event_line("ADDED", *object))) return false;
    }
    return !with_end || send_bookmark(true);
  }

  bool send_changes() {
    // Read first: whatever is changed after this has a greater version and is told in its turn.
    const Version complete = store_.visible_version(request_.resource->plural);
    for (const Change& change : store_.visible_changes(request_.resource->plural, cursor_)) {
      cursor_ = change.version;
      const bool was = change.before != nullptr && selected(*change.before);
      const bool is = change.type != Change::Type::deleted && selected(*change.object);
      if (!was && !is) continue;
      const bool added = is && (change.type == Change::Type::added || !was);
      if (!emit(event_line(!is ? "DELETED" : added ? "ADDED" : "MODIFIED", *change.object))) return false;
    }
    cursor_ = std::max(cursor_, complete);
    return true;
  }

  bool send_bookmark(bool initial_end) {
    if (request_.parameter("allowWatchBookmarks") != "true") return true;
    json::Value metadata = {{"resourceVersion", std::to_string(cursor_)}};
    if (initial_end) metadata["annotations"]["k8s.io/initial-events-end"] = "true";
    return emit(event_line("BOOKMARK", {{"apiVersion", request_.resource->api_version()},
                                        {"kind", request_.resource->kind},
                                        {"metadata", std::move(metadata)}}));
  }

  // One event, unless a fault has its turn.
  bool emit(const std::string& line) {
    if (struck(line)) return false;
    ++sent_;
    return sink_.send(line);
  }

  // Whether the fault has ended this watch. `next` is the event that it strikes in the middle of, if there is one.
  bool struck(const std::string& next) {
    if (fault_ == nullptr) return false;
    if (fault_->drop_after && sent_ >= *fault_->drop_after) {
      sink_.cut(next);
      return true;
    }
    if (!fault_->half_open_after || sent_ < *fault_->half_open_after) return false;
    while (!stop_.stop_requested() && sink_.alive()) {
      store_.wait(store_.tick(), Clock::now() + look_at_client, stop_);
    }
    return true;
  }

  const Store& store_;
  const Request& request_;
  const WatchSettings& settings_;
  const Fault* fault_;
  WatchSink& sink_;
  const std::stop_token stop_;
  const int expiries_;
  Version cursor_ = 0;
  int sent_ = 0;
};

}  // namespace

std::optional<Response> serve_watch(const Store& store, const Request& request, const WatchSettings& settings,
                                    const Fault* fault, WatchSink& sink, std::stop_token stop) {
  const std::string asked_text = request.parameter("resourceVersion");
  const Version asked = std::strtoll(asked_text.c_str(), nullptr, 10);
  bool streaming = request.parameter("sendInitialEvents") == "true";
  if (streaming && request.parameter("resourceVersionMatch") != "NotOlderThan") {
    return refusal(422, "Invalid", "resourceVersionMatch: Forbidden: sendInitialEvents requires NotOlderThan");
  }
  if (streaming && settings.streaming_list == WatchSettings::StreamingList::refused) {
    return refusal(
        422, "Invalid",
        "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature "
        "gate is enabled");
  }
  if (settings.streaming_list == WatchSettings::StreamingList::ignored) streaming = false;
  if (streaming && asked > store.visible_version(request.resource->plural)) {
    return version_too_large(asked, store.visible_version(request.resource->plural));
  }
  WatchStream stream(store, request, settings, fault, sink, std::move(stop));
  if (!streaming && asked > 0 && asked < store.compacted()) {
    if (settings.expired_as_http_status) {
      return refusal(410, "Expired", "The resourceVersion for the provided watch is too old.");
    }
    if (sink.begin() && stream.send_expired()) sink.end();
    return std::nullopt;
  }
  stream.run(asked, streaming || asked == 0, streaming);
  return std::nullopt;
}

}  // namespace fake_api
