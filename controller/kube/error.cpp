#include "kube/error.h"

#include <charconv>
#include <utility>

#include "json/json.h"

namespace kube {
namespace {

constexpr std::size_t max_message = 4096;
// A Status is small; what is larger is somebody's error page.
constexpr std::size_t max_status_body = 1u << 20;

std::string cleaned(std::string text) {
  if (text.size() > max_message) {
    text.resize(max_message);
    // Not in the middle of a UTF-8 sequence: the message goes into conditions and events.
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) text.pop_back();
    if (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80U) != 0) text.pop_back();
    text += "…";
  }
  for (char& character : text) {
    if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) character = ' ';
  }
  return text;
}

// apimachinery's StatusReason for a code, where the body gives none.
std::string reason_of(int code) {
  switch (code) {
    case 400:
      return "BadRequest";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "NotFound";
    case 405:
      return "MethodNotAllowed";
    case 406:
      return "NotAcceptable";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "RequestEntityTooLarge";
    case 415:
      return "UnsupportedMediaType";
    case 422:
      return "Invalid";
    case 429:
      return "TooManyRequests";
    case 500:
      return "InternalError";
    case 503:
      return "ServiceUnavailable";
    case 504:
      return "Timeout";
    default:
      return "Unknown";
  }
}

// Seconds only: the API server sends no dates.
base::Duration retry_after(const std::string& value) {
  int seconds = 0;
  const char* const last = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), last, seconds);
  if (error != std::errc() || stop != last || seconds < 0) return base::Duration{0};
  return std::chrono::seconds(seconds);
}

std::string reason_of(http::Failure failure) {
  switch (failure) {
    case http::Failure::unreachable:
      return "Unreachable";
    case http::Failure::timeout:
      return "Timeout";
    case http::Failure::stopped:
      return "Stopped";
    case http::Failure::tls:
      return "TLS";
    case http::Failure::too_large:
      return "TooLarge";
    case http::Failure::broken:
      break;
  }
  return "Broken";
}

}  // namespace

std::string Error::text() const {
  if (code == 0) return reason.empty() ? message : reason + ": " + message;
  return reason + " (" + std::to_string(code) + "): " + message;
}

Error error_from(const http::Response& answer) {
  Error error;
  error.code = answer.status;
  error.reason = reason_of(answer.status);
  error.retry_after = retry_after(answer.header("Retry-After"));
  const bool parsable = !answer.body.empty() && answer.body.front() == '{' && answer.body.size() <= max_status_body;
  const auto status = parsable ? json::parse(answer.body) : base::Result<json::Value>(base::failure("no Status"));
  if (status && json::string_at(*status, "/kind") == "Status") {
    error.reason = json::string_at(*status, "/reason", error.reason);
    error.message = cleaned(json::string_at(*status, "/message"));
    const auto seconds = json::integer_at(*status, "/details/retryAfterSeconds");
    if (error.retry_after == base::Duration{0} && seconds > 0 && seconds < 86'400) {
      error.retry_after = std::chrono::seconds(seconds);
    }
  } else {
    error.message = cleaned(answer.body.substr(0, max_message + 1));
  }
  if (error.message.empty()) error.message = "the server gave no message";
  return error;
}

Error error_from(const http::Error& failure) {
  Error error;
  error.reason = reason_of(failure.failure);
  error.message = failure.message;
  error.failure = failure.failure;
  return error;
}

}  // namespace kube
