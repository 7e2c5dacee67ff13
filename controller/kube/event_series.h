// Which events are one series, and when the API server is told of it: events in, things to write out. No I/O; the
// sender is kube/events.h. The rules are client-go's (tools/events), but that another note is another event: "from 2 to
// 4" and "from 4 to 6" are two facts.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "json/json.h"

namespace kube {

// One Event object, and how often what it tells has happened. Guarded by whoever holds the EventSeries.
struct ToldEvent {
  std::string namespace_name;
  std::string name;
  json::Value body;               // of the first time, without a series
  std::int64_t count = 1;         // times that it happened
  std::int64_t reported = 0;      // times that the API server knows of
  bool created = false;           // it exists there
  bool queued = false;            // somebody is about to write it
  std::string last_time;          // MicroTime of the last one
  base::Monotonic last_seen{};    // the same, for us
  base::Monotonic reported_at{};  // when it was written last

  // What to write now: the whole Event, or the patch of the series of one that exists.
  json::Value whole() const;
  json::Value patch() const;
};
using ToldEventPtr = std::shared_ptr<ToldEvent>;

// Not thread-safe.
class EventSeries {
 public:
  // What makes two events alike but for their notes.
  struct Kind {
    std::string regarding_uid;
    std::string reason;
    std::string action;
    bool warning = false;
    friend auto operator<=>(const Kind&, const Kind&) = default;
  };

  // An event has happened: `fresh` is it as a new Event. Returns what is to be queued now: the fresh one, a series
  // whose second event this is or that was not told of for long, also one that this event has ended; at most two.
  std::vector<ToldEventPtr> add(const Kind& kind, const std::string& note, ToldEvent fresh, base::Monotonic now);
  // Series that are over, so that their last count can be told; forgets them and what is as old.
  std::vector<ToldEventPtr> close(base::Monotonic now);
  // All that the API server does not know of: for the end of the process.
  std::vector<ToldEventPtr> rest();
  // When close() may have something to do; nullopt: not before the next add().
  std::optional<base::Monotonic> next_close() const;

 private:
  struct Line {
    ToldEventPtr event;
    std::string note;
    double new_notes = 0;  // how many may come yet, in bursts of
    base::Monotonic new_notes_at{};
    std::list<const Kind*>::iterator place{};  // in by_age_
  };
  static bool take_new_note(Line& line, base::Monotonic now);
  void make_room();
  void forget_oldest();

  std::map<Kind, Line> lines_;
  // The key of each line, of the one that has been quiet for longest first: nothing ever looks at all of them.
  std::list<const Kind*> by_age_;
};

}  // namespace kube
