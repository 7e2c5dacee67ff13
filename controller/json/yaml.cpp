#include "json/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <utility>

namespace json {
namespace {

constexpr std::size_t max_bytes = 8u << 20;
constexpr std::size_t max_depth = 100;
// What all aliases together may add: 64 bytes a node and the text of each scalar. Far above any real file, far below
// what a few nested aliases could ask for.
constexpr std::size_t max_weight = 64u << 20;
constexpr std::size_t node_weight = 64;

// Ends a parse from inside yaml-cpp's callbacks; caught in read().
struct Refused {
  YAML::Mark mark;
  std::string message;
};

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<Value> based_integer(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return Value(number);
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool float_shape(std::string_view text) {
  if (const std::size_t exponent = text.find_first_of("eE"); exponent != std::string_view::npos) {
    std::string_view power = text.substr(exponent + 1);
    if (!power.empty() && (power.front() == '-' || power.front() == '+')) power.remove_prefix(1);
    if (!digits(power)) return false;
    text = text.substr(0, exponent);
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return digits(text);
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = text.substr(point + 1);
  if (whole.empty()) return digits(fraction);
  return digits(whole) && (fraction.empty() || digits(fraction));
}

std::optional<Value> number(std::string_view text) {
  if (text.substr(0, 2) == "0x") return based_integer(text.substr(2), 16);
  if (text.substr(0, 2) == "0o") return based_integer(text.substr(2), 8);
  std::string_view unsigned_text = text;
  if (text.front() == '-' || text.front() == '+') unsigned_text.remove_prefix(1);
  if (!float_shape(unsigned_text)) return std::nullopt;
  const std::string_view parsed = text.front() == '+' ? unsigned_text : text;
  const char* const last = parsed.data() + parsed.size();
  if (digits(unsigned_text)) {
    std::int64_t integer = 0;
    if (std::from_chars(parsed.data(), last, integer).ec == std::errc()) return Value(integer);
    std::uint64_t big = 0;
    if (std::from_chars(parsed.data(), last, big).ec == std::errc()) return Value(big);
  }
  double real = 0;
  const auto [stop, error] = std::from_chars(parsed.data(), last, real);
  if (error != std::errc() || stop != last || !std::isfinite(real)) return std::nullopt;
  return Value(real);
}

// YAML 1.2 §10.3.2; null is told apart by the parser. Infinity and NaN have no JSON form and stay strings.
Value plain_scalar(const std::string& text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto found = number(text)) return std::move(*found);
  return text;
}

// Builds JSON from the parser's events, so that tags are seen and no tree of yaml-cpp's own is made.
class Builder final : public YAML::EventHandler {
 public:
  std::vector<Value> documents;

  void OnDocumentStart(const YAML::Mark&) override {
    anchors_.clear();
    weight_ = 0;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (expects_key()) return take_key(mark, "null", false);
    take(mark, anchor, nullptr, node_weight);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    const bool plain = tag == "?";
    if (!plain && tag != "!") refuse_tag(mark);
    if (expects_key()) return take_key(mark, text, plain && text == "<<");
    take(mark, anchor, plain ? plain_scalar(text) : Value(text), node_weight + text.size());
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{mark, "an alias stands inside its own anchor"};
    if (expects_key()) {
      if (!found->second.value.is_string()) throw Refused{mark, "a key must be a scalar"};
      return take_key(mark, found->second.value.get<std::string>(), false);
    }
    take(mark, 0, found->second.value, found->second.weight);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::array());
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Value::object());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override {
    // What a map says itself wins over what it merges in; of several merged maps the first wins.
    Frame& frame = frames_.back();
    for (Value& merged : frame.merges) {
      for (auto& [key, value] : merged.items()) {
        if (!frame.value.contains(key)) frame.value[key] = std::move(value);
      }
    }
    close();
  }

 private:
  struct Frame {
    YAML::Mark mark;
    YAML::anchor_t anchor = 0;
    Value value;
    std::size_t weight = node_weight;
    std::optional<std::string> key;
    bool merging = false;
    std::vector<Value> merges;
  };
  struct Anchored {
    Value value;
    std::size_t weight = 0;
  };

  bool expects_key() const { return !frames_.empty() && frames_.back().value.is_object() && !frames_.back().key; }

  [[noreturn]] static void refuse_tag(const YAML::Mark& mark) { throw Refused{mark, "tags are not supported"}; }

  void take_key(const YAML::Mark& mark, const std::string& key, bool merge) {
    Frame& frame = frames_.back();
    if (!merge && frame.value.contains(key)) throw Refused{mark, "the key \"" + key + "\" is there twice"};
    frame.key = key;
    frame.merging = merge;
    frame.weight += key.size();
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Value empty) {
    if (tag != "?" && !tag.empty()) refuse_tag(mark);
    if (expects_key()) throw Refused{mark, "a key must be a scalar"};
    if (frames_.size() == max_depth) {
      throw Refused{mark, "nested deeper than " + std::to_string(max_depth) + " levels"};
    }
    Frame& frame = frames_.emplace_back();
    frame.mark = mark;
    frame.anchor = anchor;
    frame.value = std::move(empty);
  }

  void close() {
    Frame done = std::move(frames_.back());
    frames_.pop_back();
    // Its parts were counted when they came.
    weight_ -= done.weight - node_weight;
    take(done.mark, done.anchor, std::move(done.value), done.weight);
  }

  void take(const YAML::Mark& mark, YAML::anchor_t anchor, Value value, std::size_t weight) {
    // An anchored value is kept a second time, for its aliases.
    weight_ += anchor != 0 ? 2 * weight : weight;
    if (weight_ > max_weight) throw Refused{mark, "aliases expand to more than it is worth: write the values out"};
    if (anchor != 0) anchors_[anchor] = {value, weight};
    if (frames_.empty()) {
      documents.push_back(std::move(value));
      return;
    }
    Frame& parent = frames_.back();
    parent.weight += weight;
    if (parent.value.is_array()) {
      parent.value.push_back(std::move(value));
    } else if (parent.merging) {
      merge(mark, parent, std::move(value));
      parent.key.reset();
    } else {
      parent.value[*parent.key] = std::move(value);
      parent.key.reset();
    }
  }

  static void merge(const YAML::Mark& mark, Frame& into, Value value) {
    if (value.is_object()) {
      into.merges.push_back(std::move(value));
      return;
    }
    const bool maps =
        value.is_array() && std::all_of(value.begin(), value.end(), [](const Value& item) { return item.is_object(); });
    if (!maps) throw Refused{mark, "<< merges a map or a list of maps"};
    for (Value& item : value) into.merges.push_back(std::move(item));
  }

  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t weight_ = 0;
};

tl::unexpected<base::Error> failure_at(const YAML::Mark& mark, const std::string& message) {
  if (mark.is_null()) return base::failure("not YAML: " + message);
  return base::failure("not YAML: line " + std::to_string(mark.line + 1) + ", column " +
                       std::to_string(mark.column + 1) + ": " + message);
}

}  // namespace

base::Result<std::vector<Value>> parse_yaml_documents(const std::string& text) {
  if (text.size() > max_bytes) {
    return base::failure("YAML is larger than " + std::to_string(max_bytes >> 20) + " MiB");
  }
  std::istringstream stream(text);
  Builder builder;
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Refused& refused) {
    return failure_at(refused.mark, refused.message);
  } catch (const YAML::Exception& error) {
    return failure_at(error.mark, error.msg);
  }
  std::erase_if(builder.documents, [](const Value& document) { return document.is_null(); });
  return std::move(builder.documents);
}

base::Result<Value> parse_yaml(const std::string& text) {
  auto documents = parse_yaml_documents(text);
  if (!documents) return tl::unexpected(documents.error());
  if (documents->empty()) return Value(nullptr);
  if (documents->size() > 1) {
    return base::failure("one YAML document is expected, and there are " + std::to_string(documents->size()));
  }
  return std::move(documents->front());
}

}  // namespace json
