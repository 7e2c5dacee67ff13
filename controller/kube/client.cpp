#include "kube/client.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/backoff.h"
#include "kube/client_metrics.h"

namespace kube {
namespace {

using base::Duration;
using base::Monotonic;

constexpr Duration idle_margin = std::chrono::seconds(10);
constexpr int max_repetitions = 10;
constexpr std::string_view json_type = "application/json";
// JSON is YAML: the server takes a JSON body under this type.
constexpr std::string_view apply_type = "application/apply-patch+yaml";
constexpr std::string_view merge_type = "application/merge-patch+json";

const base::Clock& system_clock() {
  static const base::SystemClock clock;
  return clock;
}

bool success(int status) { return status >= 200 && status < 300; }

Error stopped_error() {
  return error_from(http::Error{http::Failure::stopped, "stopped while waiting to repeat a request"});
}

Error not_leading_error() {
  Error error;
  error.reason = "NotLeading";
  error.message = "this process does not lead, so it writes nothing";
  error.failure = http::Failure::stopped;
  return error;
}

Duration between(Monotonic from, Monotonic to) { return std::chrono::duration_cast<Duration>(to - from); }

}  // namespace

Client::Client(std::shared_ptr<http::Transport> transport, std::shared_ptr<Credentials> credentials,
               base::Metrics& metrics, std::string user_agent, ClientSettings settings)
    : transport_(std::move(transport)),
      credentials_(std::move(credentials)),
      user_agent_(std::move(user_agent)),
      settings_(std::move(settings)),
      clock_(settings_.clock != nullptr ? *settings_.clock : system_clock()),
      metrics_(std::make_unique<ClientMetrics>(metrics, settings_.host)) {}

Client::~Client() = default;

http::Request Client::request(std::string_view method, std::string target, std::string body,
                              std::string_view content_type) const {
  http::Request made;
  made.method = method;
  made.target = std::move(target);
  made.headers.reserve(4);
  // A create that is done twice fails, and a merge patch may count on what it finds. Everything else says the same each
  // time: an apply is the whole intent, and a replace carries a resourceVersion.
  made.repeatable = method != "POST" && content_type != merge_type;
  made.headers.push_back({"Accept", std::string(json_type)});
  made.headers.push_back({"User-Agent", user_agent_});
  if (!content_type.empty()) made.headers.push_back({"Content-Type", std::string(content_type)});
  made.body = std::move(body);
  return made;
}

// Puts the Authorization header in, or a newer one in its place.
Result<void> Client::authorize(http::Request& request) {
  auto value = credentials_->authorization();
  if (!value) {
    Error error;
    error.reason = "Credentials";
    error.message = value.error().message;
    error.failure = http::Failure::unreachable;
    return tl::unexpected(std::move(error));
  }
  std::erase_if(request.headers, [](const http::Header& header) { return header.name == "Authorization"; });
  if (!value->empty()) request.headers.push_back({"Authorization", std::move(*value)});
  return {};
}

bool Client::pause(Duration duration, const std::stop_token& stop) const {
  if (settings_.wait) return settings_.wait(duration, stop);
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

void Client::count(const http::Request& request, const http::Result<http::Response>& answer) {
  // What we end ourselves is no failure.
  if (!answer && answer.error().failure == http::Failure::stopped) return;
  metrics_->count(request.method, answer ? answer->status : 0);
}

Result<http::Response> Client::exchange(http::Request request, const std::stop_token& stop, Duration within) {
  const Monotonic deadline = clock_.now() + within;
  const bool writes = request.method != "GET";
  base::Backoff backoff(clock_, {std::chrono::milliseconds(100), std::chrono::seconds(10), 2.0, 0.5},
                        static_cast<std::uint64_t>(deadline.time_since_epoch().count()));
  bool refreshed = false;
  for (int repetitions = 0;;) {
    if (const auto authorized = authorize(request); !authorized) return tl::unexpected(authorized.error());
    const Duration allowed = writes && settings_.may_write_for ? settings_.may_write_for() : Duration::max();
    if (allowed <= Duration::zero()) return tl::unexpected(not_leading_error());
    const Monotonic sent = clock_.now();
    auto answer = transport_->send(
        request, std::clamp(between(sent, deadline), Duration(1), std::max(allowed, Duration(1))), stop);
    count(request, answer);
    metrics_->time(request.method, between(sent, clock_.now()));
    if (!answer) return tl::unexpected(error_from(answer.error()));
    if (success(answer->status)) return std::move(*answer);
    Error error = error_from(*answer);
    if (error.unauthorized() && !refreshed) {
      refreshed = true;
      credentials_->rejected(sent);
      continue;
    }
    const bool asks = (error.code == 429 || error.code >= 500) && !answer->header("Retry-After").empty();
    if (!asks || repetitions == max_repetitions) return tl::unexpected(std::move(error));
    const Duration wait = std::max(error.retry_after, backoff.next());
    if (clock_.now() + wait >= deadline) return tl::unexpected(std::move(error));
    if (!pause(wait, stop)) return tl::unexpected(stopped_error());
    ++repetitions;
    metrics_->count_retry(request.method, error.code);
  }
}

Result<std::string> Client::body_of(http::Request request, const std::stop_token& stop, Duration within) {
  auto answer = exchange(std::move(request), stop, within);
  if (!answer) return tl::unexpected(std::move(answer.error()));
  return std::move(answer->body);
}

Result<std::string> Client::get(const ResourceType& type, const ObjectKey& key, const std::stop_token& stop,
                                Duration within) {
  return body_of(request("GET", object_path(type, key)), stop, within);
}

Result<std::string> Client::list(const ResourceType& type, const std::string& namespace_name,
                                 const ListOptions& options, const std::stop_token& stop) {
  return body_of(request("GET", list_target(type, namespace_name, options)), stop);
}

Result<void> Client::watch(const ResourceType& type, const std::string& namespace_name, const WatchOptions& options,
                           const std::function<bool(std::string_view line)>& on_line, const std::stop_token& stop) {
  http::Request wanted = request("GET", watch_target(type, namespace_name, options));
  const Duration idle = options.timeout + idle_margin;
  for (bool refreshed = false;; refreshed = true) {
    if (const auto authorized = authorize(wanted); !authorized) return tl::unexpected(authorized.error());
    const Monotonic sent = clock_.now();
    const auto answer = transport_->stream(wanted, idle, on_line, stop);
    count(wanted, answer);
    if (!answer) return tl::unexpected(error_from(answer.error()));
    if (success(answer->status)) return {};
    Error error = error_from(*answer);
    if (!error.unauthorized() || refreshed) return tl::unexpected(std::move(error));
    credentials_->rejected(sent);
  }
}

Result<Applied> Client::apply(const ResourceType& type, const ObjectKey& key, std::string body,
                              const ApplyOptions& options, const std::stop_token& stop) {
  auto answer =
      exchange(request("PATCH", apply_target(type, key, options), std::move(body), apply_type), stop, unary_deadline);
  if (!answer) return tl::unexpected(std::move(answer.error()));
  return Applied{std::move(answer->body), answer->status == 201};
}

Result<std::string> Client::create(const ResourceType& type, const std::string& namespace_name, std::string body,
                                   const std::stop_token& stop, Duration within) {
  return body_of(request("POST", create_target(type, namespace_name), std::move(body), json_type), stop, within);
}

Result<std::string> Client::replace(const ResourceType& type, const ObjectKey& key, std::string body,
                                    const std::stop_token& stop, Duration within) {
  return body_of(request("PUT", replace_target(type, key), std::move(body), json_type), stop, within);
}

Result<std::string> Client::merge(const ResourceType& type, const ObjectKey& key, std::string patch,
                                  const std::stop_token& stop) {
  return body_of(request("PATCH", replace_target(type, key), std::move(patch), merge_type), stop);
}

Result<void> Client::remove(const ResourceType& type, const ObjectKey& key, const Preconditions& preconditions,
                            const std::stop_token& stop) {
  const auto answer = exchange(request("DELETE", object_path(type, key), delete_options(preconditions), json_type),
                               stop, unary_deadline);
  if (!answer && !answer.error().not_found()) return tl::unexpected(answer.error());
  return {};
}

Result<std::string> Client::get_path(const std::string& target, const std::stop_token& stop) {
  return body_of(request("GET", target), stop);
}

}  // namespace kube
