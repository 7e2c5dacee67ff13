#include "walk/pattern.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace walk {

// A sequence holds its parts, a choice its alternatives, a repeat its one body; a set only characters.
struct Pattern::Node {
  enum class Kind { set, sequence, choice, repeat } kind = Kind::sequence;
  std::string characters;
  std::vector<std::unique_ptr<Node>> children;
  std::size_t least = 0;  // of a repeat
  std::size_t most = 0;
};

namespace {

using Node = Pattern::Node;
using Kind = Node::Kind;

constexpr std::size_t unbounded = 100000;
constexpr unsigned tries = 200;

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::unique_ptr<Node> choice() {
    auto node = std::make_unique<Node>();
    node->kind = Kind::choice;
    node->children.push_back(sequence());
    while (take('|')) node->children.push_back(sequence());
    return node;
  }

  bool at_end() const { return at_ == text_.size(); }

 private:
  std::unique_ptr<Node> sequence() {
    auto node = std::make_unique<Node>();
    while (!at_end() && peek() != '|' && peek() != ')') {
      if (take('^') || take('$')) continue;
      node->children.push_back(repeated(atom()));
    }
    return node;
  }

  std::unique_ptr<Node> atom() {
    if (take('(')) {
      if (!at_end() && peek() == '?') throw std::invalid_argument("groups with options are not understood");
      auto node = choice();
      expect(')');
      return node;
    }
    auto node = std::make_unique<Node>();
    node->kind = Kind::set;
    if (take('[')) {
      node->characters = set();
    } else {
      if (peek() == '.') throw std::invalid_argument("'.' is not understood");
      node->characters = std::string(1, character());
    }
    return node;
  }

  std::string set() {
    if (!at_end() && peek() == '^') throw std::invalid_argument("negated sets are not understood");
    std::string characters;
    while (!take(']')) {
      const char first = character();
      const bool range = at_ + 1 < text_.size() && peek() == '-' && text_[at_ + 1] != ']';
      if (range) ++at_;
      const char last = range ? character() : first;
      for (int c = first; c <= last; ++c) characters += static_cast<char>(c);
    }
    return characters;
  }

  std::unique_ptr<Node> repeated(std::unique_ptr<Node> body) {
    std::size_t least = 1;
    std::size_t most = 1;
    if (take('?')) {
      least = 0;
    } else if (take('*')) {
      least = 0;
      most = unbounded;
    } else if (take('+')) {
      most = unbounded;
    } else if (take('{')) {
      least = most = number();
      if (take(',')) most = peek() == '}' ? unbounded : number();
      expect('}');
    }
    if (least == 1 && most == 1) return body;
    auto node = std::make_unique<Node>();
    node->kind = Kind::repeat;
    node->least = least;
    node->most = most;
    node->children.push_back(std::move(body));
    return node;
  }

  char peek() const { return text_.at(at_); }
  bool take(char c) {
    if (at_end() || peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) throw std::invalid_argument("expected " + std::string(1, c) + " in " + std::string(text_));
  }
  char character() {
    if (take('\\') && is_plain(peek())) throw std::invalid_argument("escapes of letters are not understood");
    return text_.at(at_++);
  }
  std::size_t number() {
    std::size_t value = 0;
    while (peek() >= '0' && peek() <= '9') value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void collect_repeats(const Node& node, std::vector<const Node*>& found) {
  if (node.kind == Kind::repeat) found.push_back(&node);
  for (const auto& child : node.children) collect_repeats(*child, found);
}

}  // namespace

// Writes one text; each decision that the pattern leaves open is asked of a function.
class Pattern::Writer {
 public:
  std::function<std::size_t(const Node&)> times;
  std::function<std::size_t(std::size_t)> alternative;
  std::function<char(const std::string&)> one_of;

  std::string write(const Node& node) const {
    std::string text;
    switch (node.kind) {
      case Kind::set:
        return std::string(1, one_of(node.characters));
      case Kind::choice:
        return write(*node.children.at(alternative(node.children.size())));
      case Kind::sequence:
        for (const auto& child : node.children) text += write(*child);
        return text;
      case Kind::repeat:
        for (std::size_t count = times(node); count > 0; --count) text += write(*node.children.front());
        return text;
    }
    return text;
  }
};

Pattern::Pattern(const json::Value& schema)
    : least_(schema.value("minLength", std::size_t{0})), most_(schema.value("maxLength", std::size_t{64})) {
  const std::string text = schema.at("pattern");
  Parser parser(text);
  root_ = parser.choice();
  if (!parser.at_end()) throw std::invalid_argument("not understood to its end: " + text);
  collect_repeats(*root_, repeats_);
}

Pattern::~Pattern() = default;

std::string Pattern::draw(unsigned number, bool strange) const {
  std::mt19937 random(number * 7919 + (strange ? 1 : 0));
  const auto below = [&](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  Writer writer;
  writer.times = [&](const Node& node) {
    return node.least + below(std::min<std::size_t>(node.most - node.least, 6) + 1);
  };
  writer.alternative = below;
  writer.one_of = [&](const std::string& characters) {
    std::string wanted;
    std::copy_if(characters.begin(), characters.end(), std::back_inserter(wanted),
                 [&](char c) { return is_plain(c) != strange; });
    const std::string& from = wanted.empty() ? characters : wanted;
    return from[below(from.size())];
  };
  for (unsigned i = 0; i < tries; ++i) {
    std::string text = writer.write(*root_);
    if (text.size() >= std::max<std::size_t>(least_, 1) && text.size() <= most_) return text;
  }
  throw std::logic_error("no text of the pattern has the right length");
}

std::string Pattern::plain(unsigned number) const { return draw(number, false); }
std::string Pattern::strange(unsigned number) const { return draw(number, true); }

// One repeat is stretched until the length is met, the others as far as they are bounded.
std::string Pattern::of_length(std::size_t length) const {
  std::string best;
  for (const Node* stretched : repeats_) {
    std::size_t count = 0;
    Writer writer;
    writer.times = [&](const Node& node) {
      if (&node == stretched) return std::clamp(count, node.least, node.most);
      return node.most == unbounded ? std::max<std::size_t>(node.least, 1) : node.most;
    };
    writer.alternative = [](std::size_t) { return std::size_t{0}; };
    writer.one_of = [](const std::string& characters) {
      const auto plain = std::find_if(characters.begin(), characters.end(), is_plain);
      return plain == characters.end() ? characters.front() : *plain;
    };
    const std::size_t none = writer.write(*root_).size();
    count = 1;
    const std::size_t each = writer.write(*root_).size() - none;
    if (none <= length && each > 0) count = (length - none) / each;
    std::string text = writer.write(*root_);
    if (text.size() <= length && text.size() > best.size()) best = std::move(text);
  }
  return best;
}

std::string Pattern::longest() const { return of_length(most_); }

std::string Pattern::shortest() const {
  std::string best = longest();
  for (unsigned i = 0; i < tries && best.size() > std::max<std::size_t>(least_, 1); ++i) {
    std::string text = draw(i, false);
    if (text.size() < best.size()) best = std::move(text);
  }
  return best;
}

}  // namespace walk
