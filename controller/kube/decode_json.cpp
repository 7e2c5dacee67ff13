#include "kube/decode_json.h"

#include <rapidjson/error/en.h>

#include <utility>

namespace kube::decoding {
namespace {

// Between reader and document: ends the reading of a value that nests too deep.
template <typename Document>
class DepthGuard {
 public:
  using Ch = char;
  explicit DepthGuard(Document& document) : document_(document) {}

  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  bool Int(int value) { return document_.Int(value); }
  bool Uint(unsigned value) { return document_.Uint(value); }
  bool Int64(std::int64_t value) { return document_.Int64(value); }
  bool Uint64(std::uint64_t value) { return document_.Uint64(value); }
  bool Double(double value) { return document_.Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool copy) {
    return document_.RawNumber(text, size, copy);
  }
  bool String(const char* text, rapidjson::SizeType size, bool copy) { return document_.String(text, size, copy); }
  bool Key(const char* text, rapidjson::SizeType size, bool copy) { return document_.Key(text, size, copy); }
  bool StartObject() { return enter() && document_.StartObject(); }
  bool EndObject(rapidjson::SizeType count) { return leave() && document_.EndObject(count); }
  bool StartArray() { return enter() && document_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) { return leave() && document_.EndArray(count); }

 private:
  bool enter() { return ++depth_ <= Parser::max_depth; }
  bool leave() {
    --depth_;
    return true;
  }

  Document& document_;
  int depth_ = 0;
};

constexpr unsigned parse_flags =
    rapidjson::kParseInsituFlag | rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseFullPrecisionFlag;

}  // namespace

const Value* member(const Value& object, std::string_view name) {
  if (!object.IsObject()) return nullptr;
  for (const Member& candidate : object.GetObject()) {
    if (text_of(candidate.name) == name) return &candidate.value;
  }
  return nullptr;
}

std::string_view string_member(const Value& object, std::string_view name) {
  const Value* found = member(object, name);
  return found == nullptr ? std::string_view() : text_of(*found);
}

Parser::Parser(std::string text)
    : text_(std::move(text)),
      stream_(text_.data()),
      pool_(first_chunk_.data(), first_chunk_.size()),
      document_(&pool_) {}

const Value* Parser::next() {
  document_.SetNull();
  pool_.Clear();
  const auto generate = [this](Document& document) {
    DepthGuard<Document> guard(document);
    rapidjson::Reader reader;
    result_ = reader.Parse<parse_flags>(stream_, guard);
    return !result_.IsError();
  };
  document_.Populate(generate);
  return result_.IsError() ? nullptr : &document_;
}

bool Parser::eat(char expected) {
  rapidjson::SkipWhitespace(stream_);
  if (stream_.Peek() != expected || expected == '\0') return false;
  stream_.Take();
  return true;
}

bool Parser::at_end() {
  rapidjson::SkipWhitespace(stream_);
  return stream_.Tell() == text_.size();
}

std::string Parser::problem() const {
  if (!result_.IsError()) return "not the JSON that was expected";
  if (result_.Code() == rapidjson::kParseErrorTermination) {
    return "JSON nested deeper than " + std::to_string(max_depth) + " levels";
  }
  return std::string(rapidjson::GetParseError_En(result_.Code())) + " (at byte " + std::to_string(result_.Offset()) +
         ")";
}

}  // namespace kube::decoding
