#include "http/exchange.h"

#include <utility>

namespace http {

void Exchange::on_head(int status, std::vector<Header> headers) {
  const std::scoped_lock lock(mutex_);
  response_.status = status;
  response_.headers = std::move(headers);
  has_head_ = true;
  changed_.notify_all();
}

bool Exchange::on_bytes(std::string_view bytes, Resume resume) {
  const std::scoped_lock lock(mutex_);
  if (abandoned_) return true;
  std::string& body = response_.body;
  const bool was_empty = body.empty();
  body.append(bytes);
  if (was_empty) changed_.notify_all();
  if (body.size() < high_water) return true;
  resume_ = std::move(resume);
  return false;
}

void Exchange::on_end(std::optional<Error> failure) {
  const std::scoped_lock lock(mutex_);
  if (ended_) return;
  ended_ = true;
  failure_ = std::move(failure);
  changed_.notify_all();
}

void Exchange::on_released() {
  const std::scoped_lock lock(mutex_);
  released_ = true;
  if (ended_) changed_.notify_all();
}

template <typename Ready>
Exchange::Wake Exchange::wait(std::unique_lock<std::mutex>& lock, base::Monotonic deadline, const std::stop_token& stop,
                              Ready ready) {
  if (ready()) return Wake::ready;
  if (stop.stop_requested()) return Wake::stopped;
  // Registering may call back at once, which takes the mutex.
  lock.unlock();
  const std::stop_callback on_stop(stop, [this] {
    const std::scoped_lock guard(mutex_);
    stopping_ = true;
    changed_.notify_all();
  });
  lock.lock();
  const bool woken = changed_.wait_until(lock, deadline, [&] { return stopping_ || ready(); });
  const Wake wake = ready() ? Wake::ready : (woken ? Wake::stopped : Wake::timeout);
  // Deregistering waits for a callback that is running, and that one wants the mutex.
  lock.unlock();
  return wake;
}

Exchange::Wake Exchange::wait_head(base::Monotonic deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return wait(lock, deadline, stop, [this] { return has_head_ || ended_; });
}

Exchange::Wake Exchange::wait_released(base::Monotonic deadline, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return wait(lock, deadline, stop, [this] { return released_ && ended_; });
}

Exchange::Wake Exchange::next(std::string& bytes, base::Duration idle, const std::stop_token& stop) {
  bytes.clear();
  if (bytes.capacity() > 2 * high_water) bytes.shrink_to_fit();
  Resume resume;
  Wake wake = Wake::ready;
  {
    std::unique_lock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + idle;
    wake = wait(lock, deadline, stop, [this] { return ended_ || !response_.body.empty(); });
    if (wake != Wake::ready) return wake;
    if (!lock.owns_lock()) lock.lock();
    bytes.swap(response_.body);
    resume = std::exchange(resume_, nullptr);
  }
  if (resume) resume();
  return wake;
}

void Exchange::abandon() {
  Resume resume;
  {
    const std::scoped_lock lock(mutex_);
    abandoned_ = true;
    resume = std::exchange(resume_, nullptr);
  }
  if (resume) resume();
}

bool Exchange::has_head() const {
  const std::scoped_lock lock(mutex_);
  return has_head_;
}

bool Exchange::ended() const {
  const std::scoped_lock lock(mutex_);
  return ended_;
}

std::optional<Error> Exchange::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

Response Exchange::take_head() {
  const std::scoped_lock lock(mutex_);
  Response head;
  head.status = response_.status;
  head.headers = std::move(response_.headers);
  return head;
}

}  // namespace http
