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

constexpr std::array<Row, 7> rows{{
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
  }
  return false;
}

}  // namespace heat
