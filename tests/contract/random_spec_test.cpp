// Whatever the schema lets through, the parser reads, and the core makes objects or problems of it, never a crash.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "heat/desired/desired.h"
#include "heat/duration.h"
#include "heat/field_table.h"
#include "heat/shape.h"
#include "heat/status/status.h"
#include "repository.h"

namespace {

// Draws values that keep a schema's rules; what CEL says besides is known here by name.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  json::Value value(const json::Value& schema, const std::string& name) {
    if (schema.contains("enum")) return schema.at("enum").at(below(schema.at("enum").size()));
    if (schema.contains("additionalProperties")) return entries(schema.at("additionalProperties"), name);
    if (schema.contains("x-kubernetes-int-or-string")) return int_or_string(schema);
    const std::string type = schema.at("type");
    if (type == "object") return object(schema, name);
    if (type == "array") return list(schema, name);
    if (type == "integer") return integer(schema);
    if (schema.value("pattern", "") == heat::pattern(heat::Shape::duration)) return duration(name);
    return text(schema);
  }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

 private:
  json::Value object(const json::Value& schema, const std::string& name) {
    json::Value result = json::Value::object();
    const json::Value required = schema.value("required", json::Value::array());
    const json::Value properties = schema.value("properties", json::Value::object());
    const std::string kind = exactly_one_of(name);
    for (const auto& [field, property] : properties.items()) {
      // The images have no default of the schema.
      const bool must = std::find(required.begin(), required.end(), field) != required.end() || name == "images" ||
                        field == "images" || field == "image" || field == kind;
      const bool other_kind = !kind.empty() && field != kind && field != "queueType";
      if (must || (!other_kind && below(2) == 0)) result[field] = value(property, field);
    }
    return result;
  }

  // Which field of the block CEL wants, where it wants one of several.
  std::string exactly_one_of(const std::string& block) {
    if (block == "broker") return std::vector<std::string>{"managed", "external", "rabbitmqCluster"}.at(below(3));
    if (block == "identity") return std::vector<std::string>{"keystone", "noauth"}.at(below(2));
    return {};
  }

  json::Value list(const json::Value& schema, const std::string& name) {
    json::Value result = json::Value::array();
    const auto least = schema.value("minItems", std::size_t{0});
    const std::size_t room = schema.at("maxItems").get<std::size_t>() - least;
    const std::size_t size = least + below(std::min<std::size_t>(room, below(16) == 0 ? room : 2) + 1);
    while (result.size() < size) {
      json::Value item = value(schema.at("items"), name);
      // Keys of list maps and members of sets are unique.
      if (item.contains("host")) item["port"] = 1 + result.size();
      if (item.empty() || std::find(result.begin(), result.end(), item) == result.end()) result.push_back(item);
    }
    return result;
  }

  json::Value duration(const std::string& name) {
    for (const heat::Field& field : heat::spec_fields()) {
      if (!field.path.ends_with("/" + name)) continue;
      const auto span = static_cast<std::size_t>(field.maximum - field.minimum + 1);
      return heat::duration_text(std::chrono::seconds(field.minimum + static_cast<std::int64_t>(below(span))));
    }
    throw std::out_of_range(name);
  }

  json::Value int_or_string(const json::Value& schema) {
    if (schema.at("pattern") == heat::pattern(heat::Shape::percentage)) {
      return below(2) == 0 ? json::Value(below(201)) : json::Value(std::to_string(below(101)) + "%");
    }
    const char* const sizes[] = {"1Gi", "1024Mi", "1.5Gi", "20G", "2e9"};
    return below(4) == 0 ? json::Value(2147483648) : json::Value(sizes[below(5)]);
  }

  json::Value integer(const json::Value& schema) {
    const auto low = schema.at("minimum").get<std::int64_t>();
    const auto high = schema.at("maximum").get<std::int64_t>();
    const std::size_t choice = below(4);
    if (choice == 0) return low;
    if (choice == 1) return high;
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  json::Value text(const json::Value& schema) {
    const std::string pattern = schema.value("pattern", "");
    if (pattern.empty()) return below(2) == 0 ? "" : "[DEFAULT]\ndebug = true # \xc3\xa9\n";
    for (const auto& [shape, examples] : far_from_random) {
      if (heat::pattern(shape) == pattern) return examples.at(below(examples.size()));
    }
    return drawn_text(schema, pattern);
  }

  // Tries until the shape that has this pattern is met: the alphabet is made so that this is soon.
  json::Value drawn_text(const json::Value& schema, const std::string& pattern) {
    const std::size_t longest = below(8) == 0 ? schema.at("maxLength").get<std::size_t>() : 12;
    for (;;) {
      std::string drawn;
      const std::size_t length = 1 + below(longest);
      while (drawn.size() < length) drawn += std::string_view("abcxyz0189")[below(10)];
      if (below(3) == 0 && length > 4) drawn[length / 2] = std::string_view("-.:/_@")[below(6)];
      for (const heat::Shape shape :
           {heat::Shape::object_name, heat::Shape::image, heat::Shape::host, heat::Shape::virtual_host,
            heat::Shape::label_key, heat::Shape::label_value, heat::Shape::dns_label, heat::Shape::word}) {
        if (heat::pattern(shape) == pattern && heat::matches(shape, drawn)) return drawn;
      }
    }
  }

  json::Value entries(const json::Value& schema, const std::string& name) {
    if (schema.contains("x-kubernetes-int-or-string")) return quantities(name);
    json::Value result = json::Value::object();
    for (const char* key : {"owner", "example.org/owner", "a.b-c/D_1"}) {
      if (below(2) == 0) result[key] = text(schema);
    }
    return result;
  }

  // Requests stay below every limit, which CEL asks for.
  json::Value quantities(const std::string& name) {
    const char* const limits[] = {"4", "3e3", "1024Gi", "8000m", "1.5Ei"};
    const char* const requests[] = {"0", "1m", "0.5", "100u", "1"};
    json::Value result = json::Value::object();
    for (const char* resource : {"cpu", "memory", "example.org/gpu"}) {
      if (below(2) == 0) continue;
      if (name == "limits") result[resource] = below(4) == 0 ? json::Value(7) : json::Value(limits[below(5)]);
      if (name == "requests") result[resource] = below(4) == 0 ? json::Value(1) : json::Value(requests[below(5)]);
    }
    return result;
  }

  const std::map<heat::Shape, std::vector<std::string>> far_from_random{
      {heat::Shape::url, {"http://keystone:5000/v3", "https://[2001:db8::1]/"}},
      {heat::Shape::api_url, {"https://heat.example.org/v1", "http://[::1]:8004/v1"}},
      {heat::Shape::schedule, {"1 0 * * *", "*/5 1-3 1,15 12 0"}}};
  std::mt19937 random_;
};

heat::Observed world() {
  heat::Observed observed;
  observed.secrets["heat-db"] = heat::SecretData{{"connection", "mysql://u:p@h/d"}};
  observed.secrets["heat-broker"] = heat::SecretData{{"username", "u"}, {"password", "p"}};
  observed.secrets["heat-encryption-key"] = heat::SecretData{{"key", std::string(32, 'k')}};
  return observed;
}

TEST(RandomSpec, WhatTheSchemaLetsThroughIsRead) {
  const unsigned seed = std::random_device()();
  Generator generator(seed);
  const json::Value schema = repository::schema().at("spec");
  for (int i = 0; i < 300; ++i) {
    json::Value object = {{"metadata", {{"name", "heat"}, {"namespace", "ns"}, {"uid", "u"}, {"generation", 1}}}};
    object["spec"] = generator.value(schema, "spec");
    // CEL wants an API behind a proxy.
    if (json::integer_at(object, "/spec/api/replicas", 2) == 0) object["spec"]["api"]["replicas"] = 1;
    const auto spec = heat::parse(object);
    std::string problem;
    if (!spec) problem = spec.error().at(0).text();
    ASSERT_TRUE(spec) << "seed " << seed << ": " << problem << "\n" << object.dump(2);

    const heat::Observed observed = world();
    const auto problems = heat::problems(*spec, observed);
    const heat::Desired desired = heat::desired(*spec, observed);
    for (const heat::Stage& stage : desired.stages) {
      for (const heat::DesiredObject& child : stage.objects) ASSERT_NO_THROW(child.body().dump()) << "seed " << seed;
    }
    const heat::StatusInput input{&*spec, 1, &observed, problems.empty() ? &desired : nullptr, problems, "", false, ""};
    ASSERT_NO_THROW(heat::status(input).dump()) << "seed " << seed;
  }
}

}  // namespace
