#include "load.h"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <stop_token>

namespace e2e {
namespace {

using Clock = std::chrono::steady_clock;

// Heat answers a call in half a second at best; with so many clients the rate holds up to three seconds an answer.
constexpr int clients_for_each_per_second = 3;
constexpr std::size_t failures_told = 10;

double seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

// False where it was stopped before.
bool wait_for(const std::stop_token& stop, Clock::time_point time) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_until(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

std::string LoadCount::text() const {
  char line[160];
  std::snprintf(line, sizeof line, "%zu requests, %zu failed, %zu began late, slowest answer %.1f s", sent, failed,
                late, slowest_seconds);
  std::string text = line;
  // Not a failure of what is tested, but the run proves less than it says.
  if (late > 0) text += "\n  NOT the rate that was asked for: every client waited for an answer";
  for (const std::string& failure : failures) text += "\n  " + failure;
  return text;
}

Load::Load(std::vector<std::string> urls, int per_second, std::size_t most)
    : urls_(std::move(urls)),
      interval_(std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second),
      most_(most),
      began_(Clock::now()) {
  for (int i = 0; i < per_second * clients_for_each_per_second; ++i) {
    const auto connections = i % 2 == 0 ? HttpClient::Connections::kept : HttpClient::Connections::fresh;
    clients_.emplace_back([this, connections](const std::stop_token& stop) {
      HttpClient client(connections);
      for (;;) {
        const std::size_t index = next_++;
        const Clock::time_point planned = began_ + index * interval_;
        if (index >= most_ || !wait_for(stop, planned)) return;
        const Clock::time_point begun = Clock::now();
        take(client.get(urls_[index % urls_.size()]), planned, begun);
      }
    });
  }
}

void Load::take(const Answer& answer, Clock::time_point planned, Clock::time_point begun) {
  const Clock::time_point now = Clock::now();
  const std::lock_guard lock(mutex_);
  ++count_.sent;
  if (begun - planned > std::chrono::seconds(1)) ++count_.late;
  count_.slowest_seconds = std::max(count_.slowest_seconds, seconds(now - begun));
  if (answer.ok()) return;
  ++count_.failed;
  if (count_.failures.size() < failures_told) {
    char when[64];
    std::snprintf(when, sizeof when, "at %.1f s, after %.1f s: ", seconds(begun - began_), seconds(now - begun));
    count_.failures.push_back(when + answer.text());
  }
}

LoadCount Load::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

LoadCount Load::stop() {
  for (std::jthread& client : clients_) client.request_stop();
  clients_.clear();
  return count();
}

}  // namespace e2e
