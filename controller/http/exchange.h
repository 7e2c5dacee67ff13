// What one stream has received so far: filled on the HTTP library's thread, drained on the caller's. The library is
// held back when the caller is slow, and the caller's waits end at a deadline or by its stop_token.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/transport.h"

namespace http {

// Thread-safe; everything is guarded by mutex_. Threads of the library call the on_… functions: head, bytes…, end, and
// released before or after the end; one caller waits.
class Exchange {
 public:
  // Called once the caller has room again; from the caller's thread.
  using Resume = std::function<void()>;

  // Bytes that may wait for the caller before the library is held back. A watch's bursts fit; memory stays small.
  static constexpr std::size_t high_water = 256 * 1024;

  // --- the library's side ---
  void on_head(int status, std::vector<Header> headers);
  // Takes a copy of `bytes`. True: send the next ones; false: wait until `resume` is called. Bytes that nobody wants
  // any more are dropped: it is for the caller to cancel.
  bool on_bytes(std::string_view bytes, Resume resume);
  // Nothing more comes: an orderly end, or why not. The first call counts.
  void on_end(std::optional<Error> failure);
  // The library holds nothing of this request any more: its connection is free for the next one.
  void on_released();

  // --- the caller's side ---
  enum class Wake { ready, timeout, stopped };
  // Ready when the head is there or the exchange has ended without one.
  Wake wait_head(base::Monotonic deadline, const std::stop_token& stop);
  // Ready when the exchange has ended and its connection is free again.
  Wake wait_released(base::Monotonic deadline, const std::stop_token& stop);
  // Ready when `bytes` (exchanged for the caller's, which gives its capacity back) holds something, or at the end,
  // where it is empty. `idle` bounds the wait.
  Wake next(std::string& bytes, base::Duration idle, const std::stop_token& stop);
  // From now on bytes are dropped and whoever is held back is let go: call it after asking the library to cancel.
  void abandon();

  bool has_head() const;
  bool ended() const;
  std::optional<Error> failure() const;
  // Status and headers; once.
  Response take_head();

 private:
  template <typename Ready>
  Wake wait(std::unique_lock<std::mutex>& lock, base::Monotonic deadline, const std::stop_token& stop, Ready ready);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool has_head_ = false;
  bool ended_ = false;
  bool released_ = false;
  bool abandoned_ = false;
  std::optional<Error> failure_;
  Response response_;  // its body is what has not been drained yet
  Resume resume_;
};

}  // namespace http
