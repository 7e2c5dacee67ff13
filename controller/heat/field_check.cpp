#include "heat/field_check.h"

#include <algorithm>
#include <deque>
#include <string>

#include "heat/duration.h"
#include "heat/field_table.h"
#include "heat/quantity.h"

namespace heat {
namespace {

// The table as a tree, built once.
struct Node {
  const Field* field = nullptr;  // null for spec itself
  std::string name;
  json::Value fallback;
  std::deque<Node> children;  // of an object; the one item of a list
};

Node& descend(Node& from, std::string_view name) {
  for (Node& child : from.children) {
    if (child.name == name) return child;
  }
  from.children.push_back(Node{nullptr, std::string(name), {}, {}});
  return from.children.back();
}

void add_fields(Node& root, std::span<const Field> fields) {
  for (const Field& field : fields) {
    Node* at = &root;
    std::string_view rest = field.path;
    while (!rest.empty()) {
      const std::string_view step = rest.substr(0, rest.find('/'));
      rest.remove_prefix(std::min(step.size() + 1, rest.size()));
      const bool item = step.ends_with("[]");
      at = &descend(*at, item ? step.substr(0, step.size() - 2) : step);
      if (item) at = &descend(*at, "[]");
    }
    at->field = &field;
    if (!field.fallback.empty()) at->fallback = json::parse(field.fallback).value();
    add_fields(*at, part_fields(field.part));
  }
}

const Node& tree() {
  static const Node root = [] {
    Node node;
    add_fields(node, spec_fields());
    return node;
  }();
  return root;
}

// Where the walk is. A path is only written out for a problem.
struct Place {
  const Place* parent = nullptr;
  std::string_view name{};
  std::size_t index = 0;  // counts where name is empty

  std::string text() const {
    if (parent == nullptr) return std::string(name);
    return parent->text() + (name.empty() ? "[" + std::to_string(index) + "]" : "." + std::string(name));
  }
};

// What the user wrote, short and without characters that could disturb a terminal or a log.
std::string quoted(const json::Value& value) {
  constexpr std::size_t longest = 80;
  std::string text = value.dump(-1, ' ', true, json::Value::error_handler_t::replace);
  if (text.size() > longest) text = text.substr(0, longest) + "…";
  return text;
}

std::int64_t count_characters(std::string_view utf8) {
  return std::count_if(utf8.begin(), utf8.end(),
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; });
}

bool is_among(std::string_view allowed, const std::string& written) {
  return !written.empty() && written.find(' ') == std::string::npos &&
         allowed.find(" " + written + " ") != std::string_view::npos;
}

// The API server drops empty text, lists and maps of a pod's template, and they say nothing elsewhere either. An empty
// object may say something: {} selects everything.
bool says_nothing(const Field& field, const json::Value& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return field.type != FieldType::object && value.is_structured() && value.empty();
}

class Checker {
 public:
  void check(const Node& node, json::Value& value, const Place& place) {
    switch (node.field == nullptr ? FieldType::object : node.field->type) {
      case FieldType::object:
        return object(node, value, place);
      case FieldType::list:
        return list(node, value, place);
      case FieldType::text:
        return text(*node.field, value, place);
      case FieldType::integer:
        return integer(*node.field, value, place);
      case FieldType::duration:
        return duration(*node.field, value, place);
      case FieldType::quantity:
        return quantity(*node.field, value, place);
      case FieldType::quantities:
      case FieldType::labels:
      case FieldType::annotations:
        return entries(*node.field, value, place);
      case FieldType::pods_down:
        return pods_down(*node.field, value, place);
    }
  }

  std::vector<Problem> problems;

 private:
  void problem(const Place& place, std::string message) { problems.push_back({place.text(), std::move(message)}); }

  void object(const Node& node, json::Value& value, const Place& place) {
    if (!value.is_object()) return problem(place, quoted(value) + " is no object: write the fields of this block");
    for (const Node& child : node.children) {
      const Place below{&place, child.name};
      auto found = value.find(child.name);
      if (found == value.end() || found->is_null()) {
        if (child.field->required) problem(below, "is missing: set it");
        if (found != value.end()) value.erase(found);
        if (child.fallback.is_null()) continue;
        found = value.emplace(child.name, child.fallback).first;
      }
      check(child, *found, below);
      if (says_nothing(*child.field, *found)) value.erase(found);
    }
  }

  void list(const Node& node, json::Value& value, const Place& place) {
    const Field& field = *node.field;
    if (!value.is_array()) return problem(place, quoted(value) + " is no list: write a list");
    const auto size = static_cast<std::int64_t>(value.size());
    if (size < field.minimum || size > field.maximum) {
      problem(place, "has " + std::to_string(size) + " entries: write from " + std::to_string(field.minimum) + " to " +
                         std::to_string(field.maximum));
    }
    for (std::size_t i = 0; i < value.size(); ++i) check(node.children.front(), value[i], Place{&place, {}, i});
  }

  void text(const Field& field, const json::Value& value, const Place& place) {
    if (!value.is_string()) return problem(place, quoted(value) + " is no text: put it into quotes");
    const auto& written = value.get_ref<const std::string&>();
    if (!field.allowed.empty()) {
      if (!is_among(field.allowed, written)) problem(place, not_known(field, value));
      return;
    }
    const std::int64_t size = count_characters(written);
    if (size > field.maximum) {
      problem(place, "has " + std::to_string(size) + " characters: write at most " + std::to_string(field.maximum));
    } else if (size < field.minimum || !matches(field.shape, written)) {
      problem(place, will_not_do(field.shape, value));
    }
  }

  void integer(const Field& field, const json::Value& value, const Place& place) {
    const bool inside = value.is_number_integer() && !(value.is_number_unsigned() && value > field.maximum) &&
                        value.get<std::int64_t>() >= field.minimum && value.get<std::int64_t>() <= field.maximum;
    if (!field.allowed.empty()) {
      if (!inside || !is_among(field.allowed, value.dump())) problem(place, not_known(field, value));
    } else if (!inside) {
      problem(place, quoted(value) + " will not do: write a whole number from " + std::to_string(field.minimum) +
                         " to " + std::to_string(field.maximum));
    }
  }

  void duration(const Field& field, const json::Value& value, const Place& place) {
    const auto parsed = value.is_string() ? parse_duration(value.get_ref<const std::string&>()) : std::nullopt;
    if (parsed && parsed->count() >= field.minimum && parsed->count() <= field.maximum) return;
    problem(place, quoted(value) + " will not do: write a time from " +
                       duration_text(std::chrono::seconds(field.minimum)) + " to " +
                       duration_text(std::chrono::seconds(field.maximum)) + ", such as 90s, 10m or 1h30m");
  }

  // Left in canonical form: it is compared with what the API server makes of it.
  void quantity(const Field& field, json::Value& value, const Place& place) {
    const bool plain = value.is_number_integer() && value >= 0;
    if (!plain && !(value.is_string() && matches(field.shape, value.get_ref<const std::string&>()))) {
      return problem(place, will_not_do(field.shape, value));
    }
    const auto canonical = canonical_quantity(value);
    if (!canonical) return problem(place, "is larger than any quantity may be: write less");
    value = *canonical;
  }

  void entries(const Field& field, json::Value& value, const Place& place) {
    if (!value.is_object()) return problem(place, quoted(value) + " is no object: write names and their values");
    if (static_cast<std::int64_t>(value.size()) > field.maximum) {
      problem(place, "has too many entries: write at most " + std::to_string(field.maximum));
    }
    for (auto& [name, entry] : value.items()) {
      const Place below{&place, name};
      if (field.type == FieldType::quantities) {
        quantity(field, entry, below);
      } else {
        label(field, name, entry, below);
      }
    }
  }

  void label(const Field& field, const std::string& key, const json::Value& value, const Place& place) {
    if (!matches(Shape::label_key, key)) problem(place, will_not_do(Shape::label_key, key));
    if (!value.is_string()) return problem(place, quoted(value) + " is no text: put it into quotes");
    const auto& written = value.get_ref<const std::string&>();
    if (field.type == FieldType::labels) {
      if (!matches(Shape::label_value, written)) problem(place, will_not_do(Shape::label_value, value));
    } else if (count_characters(written) > max_annotation) {
      problem(place, "is too long: write at most " + std::to_string(max_annotation) + " characters");
    }
  }

  void pods_down(const Field& field, const json::Value& value, const Place& place) {
    if (value.is_string() && matches(field.shape, value.get_ref<const std::string&>())) return;
    if (value.is_number_integer()) return integer(field, value, place);
    problem(place, quoted(value) + " will not do: write a number of pods, or " + std::string(description(field.shape)));
  }

  static std::string will_not_do(Shape shape, const json::Value& value) {
    return quoted(value) + " will not do: write " + std::string(description(shape));
  }

  static std::string not_known(const Field& field, const json::Value& value) {
    return quoted(value) + " is not known: write one of" +
           std::string(field.allowed.substr(0, field.allowed.size() - 1));
  }
};

}  // namespace

CheckedSpec check_fields(json::Value spec) {
  Checker checker;
  checker.check(tree(), spec, Place{nullptr, "spec"});
  return {std::move(spec), std::move(checker.problems)};
}

}  // namespace heat
