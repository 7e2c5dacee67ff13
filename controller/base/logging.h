// Structured logs on stderr: one line an entry, a message and key=value fields, as text or as JSON.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base::log {

enum class Level { debug, info, warn, error };
enum class Format { text, json };

// Sets level and format for the process. Call it once, before the first thread starts.
void configure(Level level, Format format);

struct Field {
  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const std::string& text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  template <typename Number>
    requires std::is_arithmetic_v<Number>
  Field(std::string_view name, Number number) : key(name), value(std::to_string(number)), bare(true) {}

  std::string key;
  std::string value;
  bool bare = false;  // a number or a bool: JSON shows it without quotes
};
using Fields = std::initializer_list<Field>;

// Thread-safe. Keys follow controller-runtime: controller, namespace, name, reconcileID, error.
void debug(std::string_view message, Fields fields = {});
void info(std::string_view message, Fields fields = {});
void warn(std::string_view message, Fields fields = {});
void error(std::string_view message, Fields fields = {});

// One entry as it is written, without time and level: split out so that quoting is tested.
std::string render(Format format, std::string_view message, const Field* fields, std::size_t count);

}  // namespace base::log
