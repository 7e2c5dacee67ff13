#include "kube/exec_credentials.h"

#include <utility>

#include "base/logging.h"
#include "http/tls.h"

namespace kube {
namespace {

// A plugin that failed is left alone for that long.
constexpr base::Duration retry_period = std::chrono::seconds(10);

}  // namespace

ExecCredentials::ExecCredentials(Run run, Material ca, const base::Clock& clock)
    : run_(std::move(run)), clock_(clock), ca_(std::move(ca)) {}

// Called with mutex_ held.
base::Result<void> ExecCredentials::refresh() {
  const bool expired = held_ && held_->expires && clock_.wall() >= *held_->expires;
  if (held_ && !expired && !rejected_) return {};
  const bool recently = last_error_ && clock_.now() - failed_ < retry_period;
  if (!recently) {
    auto fresh = run_();
    if (fresh) {
      const auto checked = http::check_tls({{}, fresh->client_cert_pem, fresh->client_key_pem});
      if (!checked) fresh = base::failure("the credential plugin's client certificate: " + checked.error().message);
    }
    if (fresh) {
      held_ = std::move(*fresh);
      fetched_ = clock_.now();
      rejected_ = false;
      last_error_.reset();
      return {};
    }
    last_error_ = std::move(fresh.error());
    failed_ = clock_.now();
    if (held_) {
      base::log::warn("credentials cannot be renewed; the old ones are used on", {{"error", last_error_->message}});
    }
  }
  if (held_) return {};
  return tl::unexpected(*last_error_);
}

base::Result<std::string> ExecCredentials::authorization() {
  const std::scoped_lock lock(mutex_);
  const auto refreshed = refresh();
  if (!refreshed) return tl::unexpected(refreshed.error());
  return held_->token.empty() ? std::string() : "Bearer " + held_->token;
}

void ExecCredentials::rejected(base::Monotonic sent) {
  const std::scoped_lock lock(mutex_);
  if (fetched_ < sent) rejected_ = true;
  ca_.distrust(sent);
}

base::Result<TlsMaterial> ExecCredentials::tls() {
  const std::scoped_lock lock(mutex_);
  auto ca = ca_.read(clock_);
  if (!ca) return tl::unexpected(ca.error());
  const auto refreshed = refresh();
  if (!refreshed) return tl::unexpected(refreshed.error());
  return TlsMaterial{std::move(*ca), held_->client_cert_pem, held_->client_key_pem};
}

}  // namespace kube
