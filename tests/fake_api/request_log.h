// What was asked of the server over HTTP, and how often.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "fake_api/request.h"

namespace fake_api {

struct LoggedWrite {
  int number = 0;  // from 1; 0 for Events and Leases, which are not numbered
  Verb verb = Verb::other;
  Key key;
  std::string subresource;
  int status = 0;
  std::string body;
  bool no_effect = false;  // the object was so already

  std::string text() const;
};

// Thread-safe; state is guarded by mutex_. Writes of Events and Leases are kept apart: they tell, they decide nothing.
class RequestLog {
 public:
  // Returns the number of the write; 0 for a read and for Events and Leases.
  int add(const Request& request, const Response& response);
  void clear();

  std::vector<LoggedWrite> writes() const;
  int write_count() const;
  int read_count() const;
  int event_count() const;
  // How often each object was made (201) and deleted (200).
  std::map<Key, int> creates() const;
  std::map<Key, int> deletes() const;

  // Returns whether, from now to the deadline, there was a span of `quiet` without any numbered write, or, with
  // `only_done`, without one that was not refused.
  bool wait_quiet(std::chrono::milliseconds quiet, std::chrono::steady_clock::time_point deadline,
                  bool only_done = false) const;
  bool wait_writes(int count, std::chrono::steady_clock::time_point deadline) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<LoggedWrite> writes_;
  int reads_ = 0;
  int events_ = 0;
  std::chrono::steady_clock::time_point last_done_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_write_ = std::chrono::steady_clock::now();
};

}  // namespace fake_api
