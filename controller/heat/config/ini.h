// Writes INI text as oslo.config reads it, so that no value can be more than a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace heat {

// `value` as it stands after "key = ". nullopt for what a line cannot hold: control characters and text that is no
// UTF-8.
//
// oslo.config's parser (iniparser.py) strips blanks and one pair of equal quotes, so a value that begins or ends with
// either is put into quotes. A dollar sign begins an interpolation; it is written as \$ since that, unlike $$, also
// holds behind a backslash (cfg.py _substitute).
std::optional<std::string> ini_value(std::string_view value);

// Whether a line can hold it: what ini_value() accepts.
bool fits_one_line(std::string_view value);

// Sections and options in the order in which they are given. A value that does not fit is left out: callers have
// refused it before with a Problem, and a missing option is safer than a broken file.
class IniWriter {
 public:
  void section(std::string_view name);
  void comment(std::string_view text);
  void set(std::string_view key, std::string_view value);
  void set(std::string_view key, long value);
  void set(std::string_view key, bool value);
  void set(std::string_view key, const char* value) { set(key, std::string_view(value)); }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace heat
