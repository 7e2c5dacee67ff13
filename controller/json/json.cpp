#include "json/json.h"

#include <algorithm>

namespace json {
namespace {

constexpr int max_depth = 200;

// nlohmann's parser recurses when a deep value is destroyed or copied: depth is checked on the text, before it parses.
bool too_deep(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char character = text[i];
    if (in_string) {
      if (character == '\\') ++i;
      if (character == '"') in_string = false;
    } else if (character == '"') {
      in_string = true;
    } else if (character == '{' || character == '[') {
      if (++depth > max_depth) return true;
    } else if (character == '}' || character == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

base::Result<Value> parse(std::string_view text) {
  if (too_deep(text)) return base::failure("JSON is nested deeper than " + std::to_string(max_depth) + " levels");
  try {
    return Value::parse(text);
  } catch (const Value::exception& error) {
    return base::failure(std::string("not JSON: ") + error.what());
  }
}

const Value* find(const Value& value, const char* pointer) {
  const Value* at = &value;
  std::string_view rest(pointer);
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the leading '/'
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(rest.substr(0, end)));
    if (found == at->end()) return nullptr;
    at = &*found;
    rest.remove_prefix(end);
  }
  return at;
}

std::string string_at(const Value& value, const char* pointer, std::string_view fallback) {
  const Value* found = find(value, pointer);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string(fallback);
}

std::int64_t integer_at(const Value& value, const char* pointer, std::int64_t fallback) {
  const Value* found = find(value, pointer);
  return found != nullptr && found->is_number_integer() ? found->get<std::int64_t>() : fallback;
}

bool bool_at(const Value& value, const char* pointer, bool fallback) {
  const Value* found = find(value, pointer);
  return found != nullptr && found->is_boolean() ? found->get<bool>() : fallback;
}

}  // namespace json
