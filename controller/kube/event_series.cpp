#include "kube/event_series.h"

#include <algorithm>
#include <utility>

namespace kube {
namespace {

// client-go: a series is over when nothing has come for 6 min; a running one is told of each 30 min.
constexpr base::Duration over_after = std::chrono::minutes(6);
constexpr base::Duration retold_after = std::chrono::minutes(30);
// client-go's limiter of older events: 25 at once, then one in 5 min. What comes beyond counts in the running series.
constexpr double burst_of_notes = 25;
constexpr double notes_a_second = 1.0 / 300;
constexpr std::size_t most_lines = 1024;

bool unreported(const ToldEvent& event) { return event.count > event.reported && !event.queued; }

}  // namespace

json::Value ToldEvent::whole() const {
  json::Value event = body;
  if (count > 1) event["series"] = {{"count", count}, {"lastObservedTime", last_time}};
  return event;
}

json::Value ToldEvent::patch() const { return {{"series", {{"count", count}, {"lastObservedTime", last_time}}}}; }

std::vector<ToldEventPtr> EventSeries::add(const Kind& kind, const std::string& note, ToldEvent fresh,
                                           base::Monotonic now) {
  if (!lines_.contains(kind)) make_room();
  const auto [found, is_new] = lines_.try_emplace(kind, Line{nullptr, note, burst_of_notes, now});
  Line& line = found->second;
  if (is_new) {
    line.place = by_age_.insert(by_age_.end(), &found->first);
  } else {
    by_age_.splice(by_age_.end(), by_age_, line.place);
  }
  std::vector<ToldEventPtr> to_write;
  const bool running = line.event && now - line.event->last_seen < over_after;
  if (running && (line.note == note || !take_new_note(line, now))) {
    ToldEvent& event = *line.event;
    ++event.count;
    event.last_time = std::move(fresh.last_time);
    event.last_seen = now;
    const bool second = event.count == 2;
    if (!event.queued && (second || now - event.reported_at >= retold_after)) to_write.push_back(line.event);
  } else {
    if (line.event && line.event->count > 1 && unreported(*line.event)) to_write.push_back(line.event);
    line.note = note;
    line.event = std::make_shared<ToldEvent>(std::move(fresh));
    line.event->last_seen = now;
    to_write.push_back(line.event);
  }
  for (const ToldEventPtr& event : to_write) event->queued = true;
  return to_write;
}

std::vector<ToldEventPtr> EventSeries::close(base::Monotonic now) {
  std::vector<ToldEventPtr> to_write;
  while (!by_age_.empty()) {
    const ToldEventPtr& event = lines_.at(*by_age_.front()).event;
    if (now - event->last_seen < over_after) break;
    if (unreported(*event)) to_write.push_back(event);
    forget_oldest();
  }
  for (const ToldEventPtr& event : to_write) event->queued = true;
  return to_write;
}

std::vector<ToldEventPtr> EventSeries::rest() {
  std::vector<ToldEventPtr> to_write;
  for (const auto& [kind, line] : lines_) {
    if (unreported(*line.event)) to_write.push_back(line.event);
  }
  lines_.clear();
  by_age_.clear();
  for (const ToldEventPtr& event : to_write) event->queued = true;
  return to_write;
}

std::optional<base::Monotonic> EventSeries::next_close() const {
  if (by_age_.empty()) return std::nullopt;
  return lines_.at(*by_age_.front()).event->last_seen + over_after;
}

bool EventSeries::take_new_note(Line& line, base::Monotonic now) {
  const double waited = std::chrono::duration<double>(now - line.new_notes_at).count();
  line.new_notes = std::min(burst_of_notes, line.new_notes + waited * notes_a_second);
  line.new_notes_at = now;
  if (line.new_notes < 1) return false;
  line.new_notes -= 1;
  return true;
}

// What it has not told is lost.
void EventSeries::make_room() {
  if (lines_.size() >= most_lines) forget_oldest();
}

void EventSeries::forget_oldest() {
  lines_.erase(lines_.find(*by_age_.front()));
  by_age_.pop_front();
}

}  // namespace kube
