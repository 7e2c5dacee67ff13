// The certificates that connections are made with, and when to ask for them again.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "http/tls.h"

namespace http {

// Thread-safe. Asking can take long (an exec plugin), and is done without a lock.
class TlsSource {
 public:
  using Ask = std::function<base::Result<TlsConfig>()>;

  // Without `ask`: the system's authorities and no client certificate, for ever.
  explicit TlsSource(Ask ask);

  // For a new connection.
  base::Result<TlsConfig> ask();
  // Connections outlive certificates: 5 min after the last time, and after distrust(), asks again. nullopt: nothing has
  // changed, or it cannot be read now, which is no reason to leave good connections.
  std::optional<TlsConfig> news();
  // The server has answered 401.
  void distrust();
  // The last answer.
  TlsConfig last() const;

 private:
  const Ask ask_;
  mutable std::mutex mutex_;
  TlsConfig last_;           // guarded by mutex_
  base::Monotonic asked_{};  // guarded by mutex_; the epoch: never
  bool distrusted_ = false;  // guarded by mutex_
};

}  // namespace http
