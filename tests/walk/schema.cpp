#include "walk/schema.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "json/yaml.h"
#include "walk/pattern.h"

namespace walk {
namespace {

json::Value read_schema() {
  std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/crds/heatclusters.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  const auto crd = json::parse_yaml(text.str());
  if (!crd) throw std::runtime_error("crds/heatclusters.yaml: " + crd.error().message);
  return crd->at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema").at("properties").at("spec");
}

bool is_among(const json::Value& list, const json::Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

void collect(const json::Value& schema, std::string path, std::vector<Place>& found) {
  const json::Value required = schema.value("required", json::Value::array());
  const json::Value properties = schema.value("properties", json::Value::object());
  for (const auto& [name, property] : properties.items()) {
    found.push_back({path.empty() ? name : path + "/" + name, property, is_among(required, name)});
    collect(property, found.back().path, found);
  }
  for (const auto& [keyword, suffix] : {std::pair("items", "[]"), std::pair("additionalProperties", "{}")}) {
    if (!schema.contains(keyword)) continue;
    found.push_back({path + suffix, schema.at(keyword), false});
    collect(schema.at(keyword), found.back().path, found);
  }
}

std::size_t characters(const std::string& utf8) {
  return static_cast<std::size_t>(std::count_if(
      utf8.begin(), utf8.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }));
}

// Validates one value; what is wrong is added with its path.
class Validator {
 public:
  void check(const json::Value& schema, const json::Value& value, const std::string& path) {
    if (!type_fits(schema, value)) return refuse(path, "wrong type");
    if (schema.contains("enum") && !is_among(schema.at("enum"), value)) refuse(path, "not among the choices");
    if (value.is_number()) number(schema, value, path);
    if (value.is_string()) text(schema, value.get_ref<const std::string&>(), path);
    if (value.is_array()) list(schema, value, path);
    if (value.is_object()) object(schema, value, path);
  }

  std::vector<std::string> found;

 private:
  void refuse(const std::string& path, const std::string& why) { found.push_back(path + ": " + why); }

  static bool type_fits(const json::Value& schema, const json::Value& value) {
    if (schema.contains("x-kubernetes-int-or-string")) return value.is_number_integer() || value.is_string();
    const std::string type = schema.at("type");
    if (type == "integer") return value.is_number_integer();
    if (type == "string") return value.is_string();
    if (type == "array") return value.is_array();
    return value.is_object();
  }

  void number(const json::Value& schema, const json::Value& value, const std::string& path) {
    // int64 is the format of each: a larger number is no value of it.
    if (value.is_number_unsigned() && value.get<std::uint64_t>() > 9223372036854775807U) refuse(path, "beyond int64");
    if (schema.contains("minimum") && value < schema.at("minimum")) refuse(path, "too small");
    if (schema.contains("maximum") && value > schema.at("maximum")) refuse(path, "too large");
  }

  void text(const json::Value& schema, const std::string& value, const std::string& path) {
    const std::size_t length = characters(value);
    if (length < schema.value("minLength", std::size_t{0})) refuse(path, "too short");
    if (schema.contains("maxLength") && length > schema.at("maxLength").get<std::size_t>()) refuse(path, "too long");
    const std::string pattern = schema.value("pattern", "");
    // RE2's $ is the end of the text, as ECMAScript's is here, where nothing is multi-line.
    if (!pattern.empty() && !std::regex_match(value, compiled(pattern))) refuse(path, "not of the pattern");
  }

  void list(const json::Value& schema, const json::Value& value, const std::string& path) {
    if (value.size() < schema.value("minItems", std::size_t{0})) refuse(path, "too few items");
    if (value.size() > schema.at("maxItems").get<std::size_t>()) refuse(path, "too many items");
    for (std::size_t i = 0; i < value.size(); ++i) {
      check(schema.at("items"), value[i], path + "/" + std::to_string(i));
    }
  }

  void object(const json::Value& schema, const json::Value& value, const std::string& path) {
    for (const json::Value& name : schema.value("required", json::Value::array())) {
      if (!value.contains(name.get<std::string>())) refuse(path + "/" + name.get<std::string>(), "required");
    }
    if (schema.contains("maxProperties") && value.size() > schema.at("maxProperties").get<std::size_t>()) {
      refuse(path, "too many entries");
    }
    const json::Value properties = schema.value("properties", json::Value::object());
    for (const auto& [name, child] : value.items()) {
      if (properties.contains(name)) check(properties.at(name), child, path + "/" + name);
      if (schema.contains("additionalProperties")) check(schema.at("additionalProperties"), child, path + "/" + name);
    }
  }

  static const std::regex& compiled(const std::string& pattern) {
    static std::map<std::string, std::regex> all;
    const auto found = all.find(pattern);
    return found != all.end() ? found->second : all.emplace(pattern, std::regex(pattern)).first->second;
  }
};

}  // namespace

bool Place::is_leaf() const { return !schema.contains("properties") && !is_list() && !is_map(); }

bool Place::is_free_text() const { return is_text() && !schema.contains("pattern") && !schema.contains("enum"); }

const json::Value& spec_schema() {
  static const json::Value schema = read_schema();
  return schema;
}

const std::vector<Place>& places() {
  static const std::vector<Place> all = [] {
    std::vector<Place> found;
    collect(spec_schema(), "", found);
    return found;
  }();
  return all;
}

std::vector<std::string> refusals(const json::Value& schema, const json::Value& value, const std::string& path) {
  Validator validator;
  validator.check(schema, value, path);
  return std::move(validator.found);
}

json::Value with_defaults(const json::Value& schema, json::Value value) {
  if (value.is_array()) {
    for (json::Value& item : value) item = with_defaults(schema.at("items"), std::move(item));
  }
  if (!value.is_object()) return value;
  const json::Value properties = schema.value("properties", json::Value::object());
  for (const auto& [name, property] : properties.items()) {
    if (!value.contains(name) && property.contains("default")) value[name] = property.at("default");
    if (value.contains(name)) value[name] = with_defaults(property, std::move(value[name]));
  }
  return value;
}

json::Value example(const json::Value& schema) {
  if (schema.contains("default")) return schema.at("default");
  if (schema.contains("enum")) return schema.at("enum").at(0);
  if (schema.contains("x-kubernetes-int-or-string")) return schema.at("minimum");
  const std::string type = schema.at("type");
  if (type == "integer") return schema.at("minimum");
  if (type == "array") return json::Value::array({example(schema.at("items"))});
  if (type == "string") return schema.contains("pattern") ? Pattern(schema).plain(0) : std::string("text");
  json::Value object = json::Value::object();
  for (const json::Value& name : schema.value("required", json::Value::array())) {
    object[name.get<std::string>()] = example(schema.at("properties").at(name.get<std::string>()));
  }
  return object;
}

CelBounds cel_bounds(const json::Value& schema) {
  static const std::regex span("write a time from ([0-9dhms]+) to ([0-9dhms]+),.*");
  static const std::regex floor(".*write at least ([0-9A-Za-z]+)");
  for (const json::Value& rule : schema.value("x-kubernetes-validations", json::Value::array())) {
    const std::string message = rule.at("message");
    std::smatch match;
    if (std::regex_match(message, match, span)) return {match[1], match[2]};
    if (std::regex_match(message, match, floor)) return {match[1], ""};
  }
  return {};
}

}  // namespace walk
