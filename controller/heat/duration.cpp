#include "heat/duration.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace heat {
namespace {

struct Unit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<Unit, 4> units{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

}  // namespace

std::optional<std::chrono::seconds> parse_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  for (const Unit& unit : units) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty()) break;
    if (error != std::errc{} || count < 0 || end == text.data() + text.size()) return std::nullopt;
    if (*end != unit.letter) continue;
    if (__builtin_mul_overflow(count, unit.seconds, &count) || __builtin_add_overflow(total, count, &total)) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  if (!text.empty()) return std::nullopt;
  return std::chrono::seconds(total);
}

std::string duration_text(std::chrono::seconds duration) {
  std::int64_t rest = duration.count();
  std::string text;
  for (const Unit& unit : units) {
    if (rest < unit.seconds) continue;
    text += std::to_string(rest / unit.seconds) + unit.letter;
    rest %= unit.seconds;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace heat
