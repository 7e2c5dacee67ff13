#include "http/tls_source.h"

#include <utility>

namespace http {
namespace {

using std::chrono::steady_clock;

// client-go looks at its client certificate every 5 min as well.
constexpr auto material_period = std::chrono::minutes(5);

}  // namespace

TlsSource::TlsSource(Ask ask) : ask_(std::move(ask)) {}

base::Result<TlsConfig> TlsSource::ask() {
  if (!ask_) return TlsConfig{};
  auto asked = ask_();
  if (!asked) return asked;
  const std::scoped_lock lock(mutex_);
  last_ = *asked;
  asked_ = steady_clock::now();
  return asked;
}

std::optional<TlsConfig> TlsSource::news() {
  const base::Monotonic now = steady_clock::now();
  {
    const std::scoped_lock lock(mutex_);
    const bool due = ask_ && asked_ != base::Monotonic{} && (distrusted_ || now - asked_ > material_period);
    if (!due) return std::nullopt;
    asked_ = now;
    distrusted_ = false;
  }
  auto asked = ask_();
  const std::scoped_lock lock(mutex_);
  if (!asked || *asked == last_) return std::nullopt;
  last_ = *asked;
  return std::move(*asked);
}

void TlsSource::distrust() {
  const std::scoped_lock lock(mutex_);
  distrusted_ = true;
}

TlsConfig TlsSource::last() const {
  const std::scoped_lock lock(mutex_);
  return last_;
}

}  // namespace http
