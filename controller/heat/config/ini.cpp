#include "heat/config/ini.h"

#include <algorithm>

namespace heat {
namespace {

bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7f; }

// Length of the UTF-8 sequence that begins at `text`, 0 where there is none. Overlong forms, surrogates and what lies
// above U+10FFFF are none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return byte(1) >= low && byte(1) <= high && continues(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return byte(1) >= low && byte(1) <= high && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

// Python strips more than ASCII blanks (U+00A0, U+2028, …): whatever is not plain ASCII at an end is quoted as well.
bool plain_end(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte > 0x20 && byte < 0x7f && character != '"' && character != '\'';
}

}  // namespace

bool fits_one_line(std::string_view value) {
  while (!value.empty()) {
    if (is_control(static_cast<unsigned char>(value.front()))) return false;
    const std::size_t length = sequence_length(value);
    if (length == 0) return false;
    // U+0080…U+009F are control characters too, U+0085 a line break to some.
    if (length == 2 && value[0] == '\xc2' && static_cast<unsigned char>(value[1]) < 0xa0) return false;
    value.remove_prefix(length);
  }
  return true;
}

std::optional<std::string> ini_value(std::string_view value) {
  if (!fits_one_line(value)) return std::nullopt;
  if (value.empty()) return std::string();
  std::string text;
  text.reserve(value.size() + 2);
  for (const char character : value) {
    if (character == '$') text += '\\';
    text += character;
  }
  if (plain_end(value.front()) && plain_end(value.back())) return text;
  return '"' + text + '"';
}

void IniWriter::section(std::string_view name) {
  if (!text_.empty()) text_ += '\n';
  text_ += '[';
  text_ += name;
  text_ += "]\n";
}

void IniWriter::comment(std::string_view text) {
  if (!fits_one_line(text)) return;
  text_ += "# ";
  text_ += text;
  text_ += '\n';
}

void IniWriter::set(std::string_view key, std::string_view value) {
  const auto written = ini_value(value);
  if (!written) return;
  text_ += key;
  text_ += " = ";
  text_ += *written;
  text_ += '\n';
}

void IniWriter::set(std::string_view key, long value) { set(key, std::string_view(std::to_string(value))); }

void IniWriter::set(std::string_view key, bool value) { set(key, std::string_view(value ? "true" : "false")); }

}  // namespace heat
