#include "fake_api/request_log.h"

#include <algorithm>

namespace fake_api {
namespace {

bool only_tells(const Request& request) {
  return request.resource != nullptr && (request.resource->plural == "events" || request.resource->plural == "leases");
}

}  // namespace

std::string LoggedWrite::text() const {
  return "#" + std::to_string(number) + " " + std::string(to_string(verb)) + " " + key.text() +
         (subresource.empty() ? "" : "/" + subresource) + " -> " + std::to_string(status) +
         (no_effect ? ", no effect" : "");
}

int RequestLog::add(const Request& request, const Response& response) {
  const std::lock_guard lock(mutex_);
  if (!is_write(request.verb)) {
    ++reads_;
    return 0;
  }
  if (only_tells(request)) {
    ++events_;
    return 0;
  }
  LoggedWrite write{static_cast<int>(writes_.size()) + 1,
                    request.verb,
                    request.key(),
                    request.subresource,
                    response.status,
                    request.body,
                    response.no_effect};
  if (write.key.name.empty()) write.key.name = json::string_at(response.parsed(), "/metadata/name");
  writes_.push_back(std::move(write));
  last_write_ = std::chrono::steady_clock::now();
  if (response.ok()) last_done_ = last_write_;
  changed_.notify_all();
  return writes_.back().number;
}

void RequestLog::clear() {
  const std::lock_guard lock(mutex_);
  writes_.clear();
  reads_ = 0;
  events_ = 0;
  last_write_ = std::chrono::steady_clock::now();
  last_done_ = last_write_;
}

std::vector<LoggedWrite> RequestLog::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

int RequestLog::write_count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(writes_.size());
}

int RequestLog::read_count() const {
  const std::lock_guard lock(mutex_);
  return reads_;
}

int RequestLog::event_count() const {
  const std::lock_guard lock(mutex_);
  return events_;
}

std::map<Key, int> RequestLog::creates() const {
  const std::lock_guard lock(mutex_);
  std::map<Key, int> counts;
  for (const LoggedWrite& write : writes_) {
    if (write.status == 201) ++counts[write.key];
  }
  return counts;
}

std::map<Key, int> RequestLog::deletes() const {
  const std::lock_guard lock(mutex_);
  std::map<Key, int> counts;
  for (const LoggedWrite& write : writes_) {
    if (write.verb == Verb::remove && write.status == 200) ++counts[write.key];
  }
  return counts;
}

bool RequestLog::wait_quiet(std::chrono::milliseconds quiet, std::chrono::steady_clock::time_point deadline,
                            bool only_done) const {
  const auto begin = std::chrono::steady_clock::now();  // what was silent before may have been so for want of a process
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto silent_until = std::max(begin, only_done ? last_done_ : last_write_) + quiet;
    const auto now = std::chrono::steady_clock::now();
    if (silent_until <= now) return true;
    if (now >= deadline) return false;
    changed_.wait_until(lock, std::min(silent_until, deadline));
  }
}

bool RequestLog::wait_writes(int count, std::chrono::steady_clock::time_point deadline) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return static_cast<int>(writes_.size()) >= count; });
}

}  // namespace fake_api
