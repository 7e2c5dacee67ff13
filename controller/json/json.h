// The one JSON value type: sorted keys, so that a dump is canonical. Decoding of watch events does not come through
// here (json/raw.h), since it must be fast and small.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace json {

using Value = nlohmann::json;
using Pointer = Value::json_pointer;

// A member of object() below. Its parts are moved out of the list that it stands in.
struct Member {
  template <typename T>
  Member(std::string_view name, T&& content) : key(name), value(std::forward<T>(content)) {}

  mutable std::string key;
  mutable Value value;
};

// As Value{{"a", 1}, {"b", object({{"c", 2}})}}, for what is built often: the library's own list makes an array of each
// member before it makes the object, which takes twice the time.
inline Value object(std::initializer_list<Member> members) {
  Value made = Value::object();
  auto& map = made.get_ref<Value::object_t&>();
  for (const Member& member : members) map.emplace(std::move(member.key), std::move(member.value));
  return made;
}

// Parses one document. Nesting deeper than 200 levels is refused: nothing that Kubernetes serves is near it.
base::Result<Value> parse(std::string_view text);

// Reads through missing objects: find(v, "/spec/engine") is null where a step is absent or no object. ~1 is no slash.
const Value* find(const Value& value, const char* pointer);

// The value at `pointer` when it is there and of the type asked for, else `fallback`.
std::string string_at(const Value& value, const char* pointer, std::string_view fallback = "");
std::int64_t integer_at(const Value& value, const char* pointer, std::int64_t fallback = 0);
bool bool_at(const Value& value, const char* pointer, bool fallback = false);

}  // namespace json
