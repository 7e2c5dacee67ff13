#include "fake_api/faults.h"

namespace fake_api {

bool Match::fits(const Request& request) const {
  if (verb && *verb != request.verb) return false;
  if (writes_only && !is_write(request.verb)) return false;
  if (!plural.empty() && (request.resource == nullptr || request.resource->plural != plural)) return false;
  if (!name.empty() && request.name != name) return false;
  if (subresource && *subresource != request.subresource) return false;
  return !where || where(request);
}

std::size_t Faults::add(Fault fault) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({std::move(fault)});
  return entries_.size() - 1;
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) entry.fault.times = 0;
}

int Faults::fired(std::size_t number) const {
  const std::lock_guard lock(mutex_);
  return entries_.at(number).fired;
}

bool Faults::wait_fired(std::size_t number, std::chrono::milliseconds within, int times) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, within, [&] { return entries_.at(number).fired >= times; });
}

std::optional<Fault> Faults::take(const Request& request) {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) {
    const bool used_up = entry.fault.times >= 0 && entry.fired >= entry.fault.times;
    if (used_up || !entry.fault.match.fits(request)) continue;
    if (entry.seen++ < entry.fault.skip) continue;
    ++entry.fired;
    changed_.notify_all();
    return entry.fault;
  }
  return std::nullopt;
}

}  // namespace fake_api
