// What goes wrong, request by request, as a test has written it down.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fake_api/request.h"

namespace fake_api {

// How the bytes of an answer travel: in pieces of that size (0: at once) with a pause after each. A watch event is cut
// into HTTP chunks of that size too.
struct Pace {
  std::size_t piece = 0;
  std::chrono::microseconds pause{0};
};

// Which requests are meant; what is left empty fits everything.
struct Match {
  std::optional<Verb> verb;
  bool writes_only = false;
  std::string plural;
  std::string name;
  std::optional<std::string> subresource;
  std::function<bool(const Request&)> where;

  bool fits(const Request& request) const;
};

struct Fault {
  Match match;
  int skip = 0;   // so many requests that fit pass unharmed first
  int times = 1;  // then so many are hit; negative: all of them

  // Before anything is done.
  std::chrono::milliseconds delay{0};
  bool drop = false;                // the connection is closed
  std::optional<Response> instead;  // this is the answer, nothing is done

  // After the request was done.
  bool lose_answer = false;  // the connection is closed without a byte
  bool cut_answer = false;   // … in the middle of the body
  Pace pace;

  // Watches, after so many events (bookmarks count).
  std::optional<int> half_open_after;  // nothing is sent any more, the connection stays open
  std::optional<int> drop_after;       // the connection is closed in the middle of an event
};

// Thread-safe; state is guarded by mutex_. A request is hit by the first fault that fits and is not used up.
class Faults {
 public:
  // Returns the fault's number.
  std::size_t add(Fault fault);
  void clear();
  // How often it has hit.
  int fired(std::size_t number) const;
  bool wait_fired(std::size_t number, std::chrono::milliseconds within, int times = 1) const;

  // The server asks this once for each request.
  std::optional<Fault> take(const Request& request);

 private:
  struct Entry {
    Fault fault;
    int seen = 0;
    int fired = 0;
  };

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Entry> entries_;
};

}  // namespace fake_api
