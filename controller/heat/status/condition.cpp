#include "heat/status/condition.h"

#include <cstdio>
#include <optional>

#include "heat/status/reasons.h"

namespace heat {
namespace {

constexpr std::size_t longest_message = 1024;

const json::Value* find_condition(const json::Value& status, std::string_view type) {
  const json::Value* conditions = json::find(status, "/conditions");
  if (conditions == nullptr || !conditions->is_array()) return nullptr;
  for (const json::Value& condition : *conditions) {
    if (json::string_at(condition, "/type") == type) return &condition;
  }
  return nullptr;
}

// Seconds since the epoch of "2026-01-31T12:00:00Z", with or without a fraction.
std::optional<std::chrono::sys_seconds> parse_time(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &year, &month, &day, &hour, &minute, &second) != 6) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::string tidy(std::string text) {
  if (text.size() > longest_message) {
    std::size_t end = longest_message;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // not within a character
    text.resize(end);
    text += " …";
  }
  for (char& character : text) {
    if (static_cast<unsigned char>(character) < 0x20) character = ' ';
  }
  return text;
}

}  // namespace

Condition condition(std::string_view type, bool status, std::string_view reason, std::string message) {
  return {type, status ? "True" : "False", std::string(reason), std::move(message)};
}

Condition former_condition(const json::Value& status, std::string_view type) {
  const json::Value* found = find_condition(status, type);
  if (found == nullptr) return {type, "Unknown", std::string(reason::unknown), "not looked at yet"};
  return {type, json::string_at(*found, "/status", "Unknown"), json::string_at(*found, "/reason", reason::unknown),
          json::string_at(*found, "/message")};
}

std::chrono::seconds lasted(const json::Value& live_status, std::string_view type, std::string_view status,
                            const std::string& now) {
  const json::Value* found = find_condition(live_status, type);
  if (found == nullptr || json::string_at(*found, "/status") != status) return {};
  const auto since = parse_time(json::string_at(*found, "/lastTransitionTime"));
  const auto until = parse_time(now);
  return since && until && *until > *since ? *until - *since : std::chrono::seconds{};
}

json::Value to_json(const Condition& condition, std::int64_t generation, const std::string& now,
                    const json::Value& live_status) {
  std::string since = now;
  const json::Value* before = find_condition(live_status, condition.type);
  if (before != nullptr && json::string_at(*before, "/status") == condition.status) {
    since = json::string_at(*before, "/lastTransitionTime", now);
  }
  return json::object({{"type", condition.type},
                       {"status", condition.status},
                       {"reason", condition.reason},
                       {"message", tidy(condition.message)},
                       {"observedGeneration", generation},
                       {"lastTransitionTime", since}});
}

}  // namespace heat
