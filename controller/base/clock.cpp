#include "base/clock.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace base {
namespace {

using std::chrono::system_clock;

std::tm utc(system_clock::time_point at) {
  const std::time_t seconds = system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::string to_the_second(system_clock::time_point at) {
  const std::tm parts = utc(at);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return {text, length};
}

}  // namespace

Duration stretched(Duration interval, std::size_t count, std::size_t per_second) {
  return std::max<Duration>(interval, std::chrono::milliseconds(count * 1000 / per_second));
}

std::string rfc3339(system_clock::time_point at) { return to_the_second(at) + "Z"; }

std::string rfc3339_micro(system_clock::time_point at) {
  const auto since_epoch = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%06dZ", static_cast<int>(since_epoch % 1'000'000));
  return to_the_second(at) + fraction;
}

system_clock::time_point parse_rfc3339(const std::string& text) {
  std::tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) return {};
  auto at = system_clock::from_time_t(timegm(&parts));
  if (*rest == '.') {
    long micros = 0;
    long unit = 100'000;
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, unit /= 10) micros += (*rest - '0') * unit;
    at += std::chrono::microseconds(micros);
  }
  return at;
}

}  // namespace base
