#include "heat/shape.h"

#include <algorithm>
#include <array>

#include "heat/duration.h"

namespace heat {
namespace {

struct Row {
  Shape shape;
  std::string_view pattern;
  std::string_view description;
};

// Minute, hour, day of the month, month, day of the week: lists of ranges with steps.
constexpr std::string_view schedule_pattern =
    R"(^(\*|[0-5]?[0-9](-[0-5]?[0-9])?)(/[1-9][0-9]?)?(,(\*|[0-5]?[0-9](-[0-5]?[0-9])?)(/[1-9][0-9]?)?)* )"
    R"((\*|([01]?[0-9]|2[0-3])(-([01]?[0-9]|2[0-3]))?)(/[1-9][0-9]?)?(,(\*|([01]?[0-9]|2[0-3])(-([01]?[0-9]|2[0-3]))?)(/[1-9][0-9]?)?)* )"
    R"((\*|(0?[1-9]|[12][0-9]|3[01])(-(0?[1-9]|[12][0-9]|3[01]))?)(/[1-9][0-9]?)?(,(\*|(0?[1-9]|[12][0-9]|3[01])(-(0?[1-9]|[12][0-9]|3[01]))?)(/[1-9][0-9]?)?)* )"
    R"((\*|(0?[1-9]|1[0-2])(-(0?[1-9]|1[0-2]))?)(/[1-9][0-9]?)?(,(\*|(0?[1-9]|1[0-2])(-(0?[1-9]|1[0-2]))?)(/[1-9][0-9]?)?)* )"
    R"((\*|[0-6](-[0-6])?)(/[1-9][0-9]?)?(,(\*|[0-6](-[0-6])?)(/[1-9][0-9]?)?)*$)";

constexpr std::array<Row, 15> rows{{
    {Shape::any, "", "text"},
    {Shape::object_name, R"(^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$)",
     "the name of an object, such as heat-db: a-z, 0-9, '-' and '.'"},
    {Shape::image, "^[A-Za-z0-9][A-Za-z0-9._:/@-]*$", "an image reference, such as quay.io/openstack/heat:2025.1"},
    {Shape::host, "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$",
     "a DNS name or an IP address without brackets, such as rabbit.example.org or 2001:db8::5"},
    {Shape::virtual_host, "^[A-Za-z0-9._/-]+$", "a virtual host of letters, digits, '.', '_', '-' and '/', such as /"},
    {Shape::duration, "^([0-9]{1,3}d)?([0-9]{1,4}h)?([0-9]{1,5}m)?([0-9]{1,7}s)?$",
     "a duration in d, h, m and s, such as 90s, 10m or 1h30m"},
    {Shape::quantity, R"(^[0-9]{1,13}(\.[0-9]{1,4})?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$)",
     "a quantity, such as 500m, 2 or 1Gi"},
    {Shape::percentage, "^(100|[1-9]?[0-9])%$", "a percentage, such as 25%"},
    {Shape::label_key, "^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$",
     "at most 63 letters, digits, '-', '_' and '.', perhaps with a DNS name and '/' before them"},
    {Shape::label_value, "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$",
     "at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"},
    {Shape::dns_label, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "the name of a namespace, such as openstack"},
    {Shape::url,
     R"(^https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$)",
     "a URL, such as https://keystone.example.org:5000/v3"},
    {Shape::api_url,
     R"(^https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/v1$)",
     "a URL that ends in /v1, such as https://heat.example.org:8004/v1"},
    {Shape::word, "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", "letters, digits, '.', '_' and '-', such as RegionOne"},
    {Shape::schedule, schedule_pattern, "five fields of numbers, such as 1 0 * * *"},
}};

const Row& row(Shape shape) { return rows.at(static_cast<std::size_t>(shape)); }

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_alphanumeric(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool only(std::string_view text, std::string_view extra) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_alphanumeric(c) || extra.find(c) != std::string_view::npos; });
}

bool is_object_name(std::string_view text) {
  char before = '.';
  for (const char c : text) {
    if (!is_lower_or_digit(c) && c != '-' && c != '.') return false;
    const bool label_begins = before == '.';
    if (label_begins && !is_lower_or_digit(c)) return false;
    if (c == '.' && before == '-') return false;
    before = c;
  }
  return is_lower_or_digit(before);
}

bool is_host(std::string_view text) {
  if (text.empty()) return false;
  if (is_alphanumeric(text.front()) && is_alphanumeric(text.back()) && only(text, "._-")) return true;
  return text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// The pattern bounds each count by its digits; parse_duration() says the rest.
bool is_duration(std::string_view text) {
  constexpr std::string_view letters = "dhms";
  constexpr std::array<std::size_t, 4> digits{3, 4, 5, 7};
  for (std::size_t unit = 0; unit < letters.size(); ++unit) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto count = static_cast<std::size_t>(end - text.begin());
    if (end == text.end() || *end != letters[unit]) continue;
    if (count == 0 || count > digits[unit]) return false;
    text.remove_prefix(count + 1);
  }
  return text.empty();
}

std::string_view without_digits(std::string_view text, std::size_t at_most) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  return count == 0 || count > at_most ? std::string_view("?") : text.substr(count);
}

bool is_quantity(std::string_view text) {
  text = without_digits(text, 13);
  if (text.starts_with('.')) text = without_digits(text.substr(1), 4);
  if (text.empty()) return true;
  if (text.size() == 1) return std::string_view("numkMGTPE").find(text[0]) != std::string_view::npos;
  if (text.size() == 2 && text[1] == 'i') return std::string_view("KMGTPE").find(text[0]) != std::string_view::npos;
  if (text[0] != 'e' && text[0] != 'E') return false;
  text.remove_prefix(text[1] == '+' || text[1] == '-' ? 2 : 1);
  return without_digits(text, 2).empty();
}

bool is_percentage(std::string_view text) {
  if (!text.ends_with('%')) return false;
  text.remove_suffix(1);
  if (text == "100") return true;
  return !text.empty() && text.size() <= 2 && std::all_of(text.begin(), text.end(), is_digit) &&
         (text.size() == 1 || text.front() != '0');
}

bool is_label_value(std::string_view text) {
  if (text.empty()) return true;
  return text.size() <= 63 && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) && only(text, "-_.");
}

bool is_label_key(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view prefix = text.substr(0, slash);
    const bool lower =
        std::all_of(prefix.begin(), prefix.end(), [](char c) { return is_lower_or_digit(c) || c == '-' || c == '.'; });
    if (prefix.empty() || !lower || !is_lower_or_digit(prefix.front()) || !is_lower_or_digit(prefix.back())) {
      return false;
    }
    text.remove_prefix(slash + 1);
  }
  return !text.empty() && is_label_value(text);
}

bool is_word(std::string_view text, std::string_view extra) {
  return !text.empty() && is_alphanumeric(text.front()) && is_alphanumeric(text.back()) && only(text, extra);
}

// What stands between "//" and the path.
bool is_authority(std::string_view text) {
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return false;
    text = text.substr(0, colon);
  }
  if (!text.starts_with('[')) return is_word(text, ".-");
  return text.size() > 2 && text.ends_with(']') &&
         text.substr(1, text.size() - 2).find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool is_url(std::string_view text) {
  if (!text.starts_with("http")) return false;
  text.remove_prefix(text.starts_with("https") ? 5 : 4);
  if (!text.starts_with("://")) return false;
  text.remove_prefix(3);
  const std::size_t slash = text.find('/');
  if (!is_authority(text.substr(0, slash))) return false;
  if (slash == std::string_view::npos) return true;
  const std::string_view path = text.substr(slash);
  return only(path, "/._~-") && path.find("//") == std::string_view::npos;
}

bool is_api_url(std::string_view text) {
  constexpr std::string_view version = "/v1";
  if (!text.ends_with(version)) return false;
  text.remove_suffix(version.size());
  return is_url(text) && !text.ends_with('/');
}

// A number of one or two digits from low to high; taken off the front of `text`.
bool take_number(std::string_view& text, int low, int high, bool leading_zero) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  if (count == 0 || count > 2 || (count == 2 && text.front() == '0' && !leading_zero)) return false;
  const int value = count == 1 ? text[0] - '0' : (text[0] - '0') * 10 + text[1] - '0';
  text.remove_prefix(count);
  return value >= low && value <= high;
}

// "*", "5" or "1-5", each perhaps with "/step".
bool take_range(std::string_view& text, int low, int high) {
  const bool leading_zero = high > 9;
  if (text.starts_with('*')) {
    text.remove_prefix(1);
  } else {
    if (!take_number(text, low, high, leading_zero)) return false;
    if (text.starts_with('-')) {
      text.remove_prefix(1);
      if (!take_number(text, low, high, leading_zero)) return false;
    }
  }
  if (!text.starts_with('/')) return true;
  text.remove_prefix(1);
  return take_number(text, 1, 99, false);
}

bool is_schedule(std::string_view text) {
  constexpr std::array<std::pair<int, int>, 5> bounds{{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 6}}};
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (i > 0) {
      if (!text.starts_with(' ')) return false;
      text.remove_prefix(1);
    }
    if (!take_range(text, bounds[i].first, bounds[i].second)) return false;
    while (text.starts_with(',')) {
      text.remove_prefix(1);
      if (!take_range(text, bounds[i].first, bounds[i].second)) return false;
    }
  }
  return text.empty();
}

}  // namespace

std::string_view pattern(Shape shape) { return row(shape).pattern; }

std::string_view description(Shape shape) { return row(shape).description; }

bool matches(Shape shape, std::string_view text) {
  switch (shape) {
    case Shape::any:
      return true;
    case Shape::object_name:
      return is_object_name(text);
    case Shape::image:
      return !text.empty() && is_alphanumeric(text.front()) && only(text, "._:/@-");
    case Shape::host:
      return is_host(text);
    case Shape::virtual_host:
      return !text.empty() && only(text, "._/-");
    case Shape::duration:
      return is_duration(text);
    case Shape::quantity:
      return is_quantity(text);
    case Shape::percentage:
      return is_percentage(text);
    case Shape::label_key:
      return is_label_key(text);
    case Shape::label_value:
      return is_label_value(text);
    case Shape::dns_label:
      return is_object_name(text) && text.find('.') == std::string_view::npos;
    case Shape::url:
      return is_url(text);
    case Shape::api_url:
      return is_api_url(text);
    case Shape::word:
      return is_word(text, "._-");
    case Shape::schedule:
      return is_schedule(text);
  }
  return false;
}

}  // namespace heat
