// Whatever the schema lets through, the parser reads, and the core makes objects or problems of it, never a crash.
#include <gtest/gtest.h>

#include <random>

#include "heat/desired/desired.h"
#include "heat/duration.h"
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
    if (schema.contains("additionalProperties")) return quantities(name);
    const std::string type = schema.at("type");
    if (type == "object") return object(schema);
    if (type == "array") return list(schema, name);
    if (type == "integer") return integer(schema);
    if (name == "drainTimeout") return heat::duration_text(std::chrono::seconds(10 + below(86391)));
    return text(schema);
  }

  std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }

 private:
  json::Value object(const json::Value& schema) {
    json::Value result = json::Value::object();
    const json::Value required = schema.value("required", json::Value::array());
    const json::Value properties = schema.value("properties", json::Value::object());
    for (const auto& [name, property] : properties.items()) {
      // external and noauth are the only choices so far, so CEL wants them; the image has no default of the schema.
      const bool must = std::find(required.begin(), required.end(), name) != required.end() || name == "external" ||
                        name == "noauth" || name == "images" || name == "heat" || name == "image";
      if (must || below(2) == 0) result[name] = value(property, name);
    }
    return result;
  }

  json::Value list(const json::Value& schema, const std::string& name) {
    json::Value result = json::Value::array();
    const auto least = schema.value("minItems", std::size_t{0});
    const std::size_t size = least + below(schema.at("maxItems").get<std::size_t>() - least + 1);
    while (result.size() < size) {
      json::Value item = value(schema.at("items"), name);
      // Keys of list maps and members of sets are unique.
      if (item.is_object()) item["port"] = 1 + result.size();
      if (std::find(result.begin(), result.end(), item) == result.end()) result.push_back(std::move(item));
    }
    return result;
  }

  json::Value integer(const json::Value& schema) {
    const auto low = schema.at("minimum").get<std::int64_t>();
    const auto high = schema.at("maximum").get<std::int64_t>();
    const std::size_t choice = below(4);
    if (choice == 0) return low;
    if (choice == 1) return high;
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

  // Tries until the shape that has this pattern is met: the alphabet is made so that this is soon.
  json::Value text(const json::Value& schema) {
    const std::string pattern = schema.at("pattern");
    const std::size_t longest = below(8) == 0 ? schema.at("maxLength").get<std::size_t>() : 12;
    for (;;) {
      std::string drawn;
      const std::size_t length = 1 + below(longest);
      while (drawn.size() < length) drawn += std::string_view("abcxyz0189")[below(10)];
      if (below(3) == 0 && length > 4) drawn[length / 2] = std::string_view("-.:/_@")[below(6)];
      for (const heat::Shape shape :
           {heat::Shape::object_name, heat::Shape::image, heat::Shape::host, heat::Shape::virtual_host}) {
        if (heat::pattern(shape) == pattern && heat::matches(shape, drawn)) return drawn;
      }
    }
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
    const auto spec = heat::parse(object);
    std::string problem;
    if (!spec) problem = spec.error().at(0).text();
    ASSERT_TRUE(spec) << "seed " << seed << ": " << problem << "\n" << object.dump(2);

    const heat::Observed observed = world();
    const auto problems = heat::problems(*spec, observed);
    const heat::Desired desired = heat::desired(*spec, observed);
    for (const heat::Stage& stage : desired.stages) {
      for (const heat::DesiredObject& child : stage.objects) ASSERT_NO_THROW(child.body.dump()) << "seed " << seed;
    }
    const heat::StatusInput input{&*spec, 1, &observed, problems.empty() ? &desired : nullptr, problems, "", false, ""};
    ASSERT_NO_THROW(heat::status(input).dump()) << "seed " << seed;
  }
}

}  // namespace
