// Parsing for kube/decode*.cpp only: JSON text into RapidJSON values that live as long as a Parser does.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/reader.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kube::decoding {

using Value = rapidjson::Value;
using Member = Value::Member;

inline std::string_view text_of(const Value& value) {
  return value.IsString() ? std::string_view(value.GetString(), value.GetStringLength()) : std::string_view();
}

// The member of an object; null where `object` is none or has no such member.
const Value* member(const Value& object, std::string_view name);
// Text of a string member; empty where there is none.
std::string_view string_member(const Value& object, std::string_view name);

// Reads one value after another out of a text that it owns and overwrites: strings stay where they are, so a value
// costs no more than its nodes. A value (and every text in it) is good until the next call of next(), or the Parser's
// end.
//
// Nothing that nests deeper than max_depth is read. That bounds the recursion of the parser, and of whoever walks a
// value.
class Parser {
 public:
  static constexpr int max_depth = 200;

  explicit Parser(std::string text);
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // The value that starts here, after blanks; null where there is none or it is broken: see problem().
  const Value* next();
  // Eats blanks and then `expected` where it comes next.
  bool eat(char expected);
  // Nothing but blanks is left.
  bool at_end();

  // What was wrong with the text, for a log.
  std::string problem() const;

 private:
  using Document =
      rapidjson::GenericDocument<rapidjson::UTF8<>, rapidjson::MemoryPoolAllocator<>, rapidjson::CrtAllocator>;

  std::string text_;
  rapidjson::InsituStringStream stream_;
  // An object of a usual size needs nothing beyond this, so that an event costs few allocations.
  alignas(std::max_align_t) std::array<char, 24 * 1024> first_chunk_;
  rapidjson::MemoryPoolAllocator<> pool_;
  Document document_;
  rapidjson::ParseResult result_;
};

}  // namespace kube::decoding
