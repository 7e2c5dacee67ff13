// A steady load: so many requests a second for as long as it lives, each counted.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http_client.h"

namespace e2e {

using integration::Answer;
using integration::HttpClient;

struct LoadCount {
  std::size_t sent = 0;
  std::size_t failed = 0;  // no answer, or one that is not 2xx
  std::size_t late = 0;    // began more than a second after their time: the client could not keep up
  double slowest_seconds = 0;
  std::vector<std::string> failures;  // the first few, with the second at which they happened

  std::string text() const;
};

// Requests begin at fixed times, whether or not those before have been answered: a server that hesitates meets more of
// them at once, as it would from many clients. Half of the clients keep their connection, half make a new one for each
// request. All in all no more than `most` are sent.
class Load {
 public:
  Load(std::vector<std::string> urls, int per_second, std::size_t most);
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  // What has been answered so far.
  LoadCount count() const;
  // Waits for the answers that are still to come.
  LoadCount stop();

 private:
  void take(const Answer& answer, std::chrono::steady_clock::time_point planned,
            std::chrono::steady_clock::time_point begun);

  // Constant after construction.
  const std::vector<std::string> urls_;
  const std::chrono::nanoseconds interval_;
  const std::size_t most_;
  const std::chrono::steady_clock::time_point began_;

  std::atomic<std::size_t> next_{0};
  mutable std::mutex mutex_;
  LoadCount count_;  // guarded by mutex_
  std::vector<std::jthread> clients_;
};

}  // namespace e2e
