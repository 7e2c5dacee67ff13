#include "base/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace base::log {
namespace {

// spdlog owns the logger; which of the two shapes an entry has is fixed before the first thread starts.
Format& chosen_format() {
  static Format format = Format::text;
  return format;
}

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("heat-operator", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %-5l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char character : text) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out.push_back('\\');
      out.push_back(character);
    } else if (code < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", code);
      out += escaped;
    } else {
      out.push_back(character);
    }
  }
  out.push_back('"');
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" =\"\\\n\r\t") != std::string_view::npos;
}

void write(spdlog::level::level_enum level, std::string_view message, Fields fields) {
  if (!logger().should_log(level)) return;
  const std::string entry = render(chosen_format(), message, fields.begin(), fields.size());
  logger().log(level, "{}", entry);
}

}  // namespace

std::string render(Format format, std::string_view message, const Field* fields, std::size_t count) {
  std::string out;
  if (format == Format::text) {
    for (const char character : message) out.push_back(character == '\n' || character == '\r' ? ' ' : character);
  } else {
    out += "\"msg\":";
    append_json_string(out, message);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Field& field = fields[i];
    if (format == Format::text) {
      out += ' ' + field.key + '=';
      if (!field.bare && needs_quotes(field.value)) {
        append_json_string(out, field.value);
      } else {
        out += field.value;
      }
    } else {
      out.push_back(',');
      append_json_string(out, field.key);
      out.push_back(':');
      if (field.bare) {
        out += field.value;
      } else {
        append_json_string(out, field.value);
      }
    }
  }
  return out;
}

void configure(Level level, Format format) {
  chosen_format() = format;
  switch (level) {
    case Level::debug:
      logger().set_level(spdlog::level::debug);
      break;
    case Level::info:
      logger().set_level(spdlog::level::info);
      break;
    case Level::warn:
      logger().set_level(spdlog::level::warn);
      break;
    case Level::error:
      logger().set_level(spdlog::level::err);
      break;
  }
  if (format == Format::json) {
    logger().set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc);
  }
}

void debug(std::string_view message, Fields fields) { write(spdlog::level::debug, message, fields); }
void info(std::string_view message, Fields fields) { write(spdlog::level::info, message, fields); }
void warn(std::string_view message, Fields fields) { write(spdlog::level::warn, message, fields); }
void error(std::string_view message, Fields fields) { write(spdlog::level::err, message, fields); }

}  // namespace base::log
