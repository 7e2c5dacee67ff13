#include "reconcile/secrets.h"

#include <algorithm>

#include "base/base64.h"
#include "kube/decode.h"

namespace reconcile {
namespace {

const kube::Projection data_only{{"data"}};
constexpr std::size_t reads_per_second = 6;
constexpr base::Duration longest_beat = std::chrono::seconds(10);
constexpr int least_beats_of_a_poll = 4;

kube::Result<SecretRead> decode(const std::string& body) {
  auto object = kube::decode_object(body, kube::types::secret, data_only);
  if (!object) return tl::unexpected(kube::Error{0, "Undecodable", object.error().message, {}, http::Failure::broken});
  SecretRead read{*object, {}};
  const json::Value fields = (*object)->parsed();
  const json::Value* data = json::find(fields, "/data");
  if (data == nullptr || !data->is_object()) return read;
  for (const auto& [key, value] : data->items()) {
    // The API server keeps `data` as bytes: what it serves is base64 by construction.
    if (value.is_string()) read.data[key] = base::base64_decode(value.get<std::string>()).value_or("");
  }
  return read;
}

}  // namespace

Secrets::Secrets(kube::Client& client, const base::Clock& clock) : client_(client), clock_(clock) {}

kube::Result<SecretRead> Secrets::read(const kube::ObjectKey& key, base::Duration max_age, std::stop_token stop) {
  if (auto remembered = known(key, max_age)) return std::move(*remembered);
  const base::Monotonic asked = clock_.now();
  const auto body = client_.get(kube::types::secret, key, stop);
  if (!body && !body.error().not_found()) return tl::unexpected(body.error());
  kube::Result<SecretRead> secret = body ? decode(*body) : SecretRead{};
  if (secret) {
    const std::lock_guard lock(mutex_);
    entries_.insert_or_assign(key, Entry{*secret, asked});
  }
  return secret;
}

std::optional<SecretRead> Secrets::known(const kube::ObjectKey& key, base::Duration max_age) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end() || clock_.now() - found->second.read_at >= max_age) return std::nullopt;
  return found->second.secret;
}

kube::Result<void> Secrets::wrote(const kube::ObjectKey& key, const std::string& body) {
  auto secret = decode(body);
  if (!secret) return tl::unexpected(secret.error());
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(key, Entry{std::move(*secret), clock_.now()});
  return {};
}

void Secrets::forget(const kube::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

void Secrets::forget_unread(base::Duration unread_for) {
  const std::lock_guard lock(mutex_);
  const base::Monotonic now = clock_.now();
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.read_at > unread_for; });
}

base::Duration Secrets::poll_interval(base::Duration interval) const {
  const std::lock_guard lock(mutex_);
  return base::stretched(interval, entries_.size(), reads_per_second);
}

base::Duration Secrets::until_next_poll(base::Duration interval) const {
  const base::Duration poll = poll_interval(interval);
  const base::Duration beat = std::min(longest_beat, poll / least_beats_of_a_poll);
  if (beat <= base::Duration{0}) return poll;
  const auto now = std::chrono::duration_cast<base::Duration>(clock_.now().time_since_epoch());
  return poll - (now + poll) % beat;
}

}  // namespace reconcile
