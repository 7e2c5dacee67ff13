#include "heat/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace heat {
namespace {

// 17 digits times 2^60 (Ei) or 10^18 (E), times 1000, stay below 1.2·10^38: that fits into 128 bit.
__extension__ typedef unsigned __int128 Wide;

enum class Format { decimal, exponent, binary };

struct Suffix {
  std::string_view text;
  Format format;
  int power;  // of 10, or of 1024
};

constexpr std::array<Suffix, 16> suffixes{{{"n", Format::decimal, -9},
                                           {"u", Format::decimal, -6},
                                           {"m", Format::decimal, -3},
                                           {"", Format::decimal, 0},
                                           {"k", Format::decimal, 3},
                                           {"M", Format::decimal, 6},
                                           {"G", Format::decimal, 9},
                                           {"T", Format::decimal, 12},
                                           {"P", Format::decimal, 15},
                                           {"E", Format::decimal, 18},
                                           {"Ki", Format::binary, 1},
                                           {"Mi", Format::binary, 2},
                                           {"Gi", Format::binary, 3},
                                           {"Ti", Format::binary, 4},
                                           {"Pi", Format::binary, 5},
                                           {"Ei", Format::binary, 6}}};
constexpr std::size_t max_digits = 13;
constexpr std::size_t max_decimals = 4;
constexpr int max_exponent = 18;
constexpr Wide largest = Wide{9223372036854775807U} * 1000;  // 2^63 - 1, in thousandths: where Quantity caps

bool is_digit(char character) { return character >= '0' && character <= '9'; }

std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view digits(text.data(), static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

std::optional<Suffix> parse_suffix(std::string_view text) {
  for (const Suffix& suffix : suffixes) {
    if (suffix.text == text) return suffix;
  }
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return std::nullopt;
  text.remove_prefix(text[1] == '+' ? 2 : 1);
  int power = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), power);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (power < -max_exponent || power > max_exponent) return std::nullopt;
  return Suffix{text, Format::exponent, power};
}

Wide power_of(unsigned base, int exponent) {
  Wide result = 1;
  for (int i = 0; i < exponent; ++i) result *= base;
  return result;
}

Wide divide_up(Wide value, Wide by) { return value / by + (value % by != 0 ? 1 : 0); }

std::string number_text(Wide value) {
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return text;
}

// As a multiple of a power of 1000, with the smallest number that has no digits after the point.
std::string decimal_text(Wide thousandths, Format format) {
  int power = -3;
  while (thousandths % 1000 == 0) {
    thousandths /= 1000;
    power += 3;
  }
  const std::string number = number_text(thousandths);
  if (power == 0) return number;
  if (format == Format::exponent) return number + "e" + std::to_string(power);
  const auto suffix = std::find_if(suffixes.begin(), suffixes.end(), [&](const Suffix& candidate) {
    return candidate.format == Format::decimal && candidate.power == power;
  });
  return number + std::string(suffix->text);
}

std::string binary_text(Wide whole) {
  int power = 0;
  while (whole % 1024 == 0) {
    whole /= 1024;
    ++power;
  }
  if (power == 0) return number_text(whole);
  const auto suffix = std::find_if(suffixes.begin(), suffixes.end(), [&](const Suffix& candidate) {
    return candidate.format == Format::binary && candidate.power == power;
  });
  return number_text(whole) + std::string(suffix->text);
}

}  // namespace

std::optional<std::string> canonical_quantity(std::string_view text) {
  const std::string_view whole = take_digits(text);
  std::string_view decimals;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    decimals = take_digits(text);
    if (decimals.empty()) return std::nullopt;
  }
  if (whole.empty() || whole.size() > max_digits || decimals.size() > max_decimals) return std::nullopt;
  const auto suffix = parse_suffix(text);
  if (!suffix) return std::nullopt;

  Wide value = 0;
  for (const char digit : whole) value = value * 10 + static_cast<unsigned>(digit - '0');
  for (const char digit : decimals) value = value * 10 + static_cast<unsigned>(digit - '0');
  if (value == 0) return "0";

  Wide thousandths = 0;
  const int decimal_places = static_cast<int>(decimals.size());
  if (suffix->format == Format::binary) {
    thousandths = divide_up(value * power_of(1024, suffix->power) * 1000, power_of(10, decimal_places));
  } else {
    const int shift = suffix->power + 3 - decimal_places;
    thousandths = shift >= 0 ? value * power_of(10, shift) : divide_up(value, power_of(10, -shift));
  }
  if (thousandths > largest) return std::nullopt;

  // Binary suffixes are kept only where they lose nothing; below 1024 a plain number is what people read.
  const bool as_binary =
      suffix->format == Format::binary && thousandths % 1000 == 0 && thousandths >= Wide{1024} * 1000;
  if (as_binary) return binary_text(thousandths / 1000);
  return decimal_text(thousandths, suffix->format == Format::binary ? Format::decimal : suffix->format);
}

std::int64_t quantity_value(std::string_view canonical) {
  double number = 0;
  const auto [end, error] = std::from_chars(canonical.data(), canonical.data() + canonical.size(), number);
  const auto suffix = parse_suffix(canonical.substr(static_cast<std::size_t>(end - canonical.data())));
  if (error != std::errc{} || !suffix) return 0;
  const double base = suffix->format == Format::binary ? 1024 : 10;
  const double value = std::ceil(number * std::pow(base, suffix->power));
  return value < 9.2e18 ? static_cast<std::int64_t>(value) : std::numeric_limits<std::int64_t>::max();
}

std::optional<std::string> canonical_quantity(const json::Value& value) {
  if (value.is_number_unsigned() || value.is_number_integer())
    return canonical_quantity(std::string_view(value.dump()));
  if (!value.is_string()) return std::nullopt;
  return canonical_quantity(std::string_view(value.get_ref<const std::string&>()));
}

}  // namespace heat
