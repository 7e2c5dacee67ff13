// crds/heatclusters.yaml and heat/field_table.h say the same of spec, field by field, both ways.
#include <gtest/gtest.h>

#include <map>
#include <span>

#include "heat/duration.h"
#include "heat/field_table.h"
#include "repository.h"

namespace {

using heat::Field;
using heat::FieldType;

// Every property below spec, by the table's way of writing paths.
void collect(const json::Value& schema, const std::string& path, std::map<std::string, json::Value>& leaves) {
  if (!path.empty()) leaves[path] = schema;
  if (schema.contains("properties")) {
    for (const auto& [name, property] : schema.at("properties").items()) {
      collect(property, path.empty() ? name : path + "/" + name, leaves);
    }
  }
  if (schema.contains("items")) collect(schema.at("items"), path + "[]", leaves);
}

std::map<std::string, json::Value> schema_fields() {
  std::map<std::string, json::Value> leaves;
  collect(repository::schema().at("spec"), "", leaves);
  return leaves;
}

// The table with its parts put where they belong.
void expand(std::span<const Field> fields, const std::string& place, std::map<std::string, Field>& rows) {
  for (const Field& field : fields) {
    const std::string path = place.empty() ? std::string(field.path) : place + "/" + std::string(field.path);
    EXPECT_TRUE(rows.emplace(path, field).second) << path << " stands twice in the table";
    expand(heat::part_fields(field.part), path, rows);
  }
}

std::map<std::string, Field> table_fields() {
  std::map<std::string, Field> rows;
  expand(heat::spec_fields(), "", rows);
  return rows;
}

bool is_required(const std::map<std::string, json::Value>& schemas, const std::string& path) {
  static const json::Value spec = repository::schema().at("spec");
  const std::size_t slash = path.rfind('/');
  const json::Value& parent = slash == std::string::npos ? spec : schemas.at(path.substr(0, slash));
  const json::Value required = parent.value("required", json::Value::array());
  return std::find(required.begin(), required.end(), path.substr(slash + 1)) != required.end();
}

json::Value words(std::string_view text) {
  json::Value result = json::Value::array();
  std::istringstream stream{std::string(text)};
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

json::Value numbers(std::string_view text) {
  json::Value result = json::Value::array();
  for (const json::Value& word : words(text)) result.push_back(std::stoi(word.get<std::string>()));
  return result;
}

bool has_rule(const json::Value& schema, const std::string& part) {
  for (const json::Value& rule : schema.value("x-kubernetes-validations", json::Value::array())) {
    if (rule.at("rule").get<std::string>().find(part) != std::string::npos) return true;
  }
  return false;
}

void expect_quantity(const Field& field, const json::Value& schema) {
  EXPECT_EQ(schema.at("x-kubernetes-int-or-string"), true);
  EXPECT_EQ(schema.at("pattern"), heat::pattern(field.shape));
  EXPECT_EQ(schema.at("minimum"), 0);
}

void expect_entries(const Field& field, const json::Value& schema) {
  EXPECT_EQ(schema.at("maxProperties"), field.maximum);
  const json::Value& entry = schema.at("additionalProperties");
  if (field.type == FieldType::quantities) return expect_quantity(field, entry);
  EXPECT_TRUE(has_rule(schema, std::string(heat::pattern(heat::Shape::label_key))));
  EXPECT_EQ(entry.at("type"), "string");
  if (field.type == FieldType::labels) {
    EXPECT_EQ(entry.at("pattern"), heat::pattern(heat::Shape::label_value));
  } else {
    EXPECT_EQ(entry.at("maxLength"), heat::max_annotation);
  }
}

void expect_text(const Field& field, const json::Value& schema) {
  EXPECT_EQ(schema.at("type"), "string");
  if (!field.allowed.empty()) {
    EXPECT_EQ(schema.at("enum"), words(field.allowed));
    return;
  }
  EXPECT_EQ(schema.value("pattern", ""), heat::pattern(field.shape));
  if (field.type == FieldType::duration) {
    const std::string message = schema.at("x-kubernetes-validations").at(0).at("message");
    EXPECT_TRUE(message.starts_with("write a time from " + heat::duration_text(std::chrono::seconds(field.minimum)) +
                                    " to " + heat::duration_text(std::chrono::seconds(field.maximum)) + ","))
        << message;
    EXPECT_TRUE(
        has_rule(schema, "s >= " + std::to_string(field.minimum) + " && s <= " + std::to_string(field.maximum)));
    EXPECT_TRUE(schema.contains("maxLength"));
    return;
  }
  EXPECT_EQ(schema.value("minLength", 0), field.minimum);
  EXPECT_EQ(schema.at("maxLength"), field.maximum);
}

void expect_equal(const Field& field, const json::Value& schema) {
  switch (field.type) {
    case FieldType::object:
      EXPECT_EQ(schema.at("type"), "object");
      break;
    case FieldType::list:
      EXPECT_EQ(schema.at("type"), "array");
      EXPECT_EQ(schema.value("minItems", 0), field.minimum);
      EXPECT_EQ(schema.at("maxItems"), field.maximum);
      break;
    case FieldType::integer:
      EXPECT_EQ(schema.at("type"), "integer");
      EXPECT_EQ(schema.at("format"), "int64");
      if (!field.allowed.empty()) {
        EXPECT_EQ(schema.at("enum"), numbers(field.allowed));
        break;
      }
      EXPECT_EQ(schema.at("minimum"), field.minimum);
      EXPECT_EQ(schema.at("maximum"), field.maximum);
      break;
    case FieldType::text:
    case FieldType::duration:
      expect_text(field, schema);
      break;
    case FieldType::quantity:
      expect_quantity(field, schema);
      break;
    case FieldType::quantities:
    case FieldType::labels:
    case FieldType::annotations:
      expect_entries(field, schema);
      break;
    case FieldType::pods_down:
      EXPECT_EQ(schema.at("x-kubernetes-int-or-string"), true);
      EXPECT_EQ(schema.at("minimum"), field.minimum);
      EXPECT_EQ(schema.at("maximum"), field.maximum);
      EXPECT_EQ(schema.at("pattern"), heat::pattern(field.shape));
      break;
  }
}

TEST(CrdFields, EveryRowIsInTheSchemaAndEqual) {
  const auto schemas = schema_fields();
  for (const auto& [path, field] : table_fields()) {
    SCOPED_TRACE(path);
    ASSERT_TRUE(schemas.contains(path)) << "the table has a field that the CRD does not have";
    const json::Value& schema = schemas.at(path);
    expect_equal(field, schema);
    EXPECT_EQ(is_required(schemas, path), field.required);
    EXPECT_EQ(schema.contains("default"), !field.fallback.empty());
    if (!field.fallback.empty()) {
      EXPECT_EQ(schema.value("default", json::Value()), json::parse(field.fallback).value());
    }
  }
}

TEST(CrdFields, EveryPropertyOfTheSchemaHasARow) {
  const auto rows = table_fields();
  for (const auto& [path, schema] : schema_fields()) EXPECT_TRUE(rows.contains(path)) << path;
}

// What kubectl explain shows, and what the cost budget of CEL needs.
void expect_described_and_bounded(const json::Value& schema, const std::string& path) {
  SCOPED_TRACE(path);
  EXPECT_GE(schema.value("description", "").size(), 8U);
  const std::string type = schema.value("type", "");
  if (type == "string" && !schema.contains("enum") && schema.value("format", "") != "date-time") {
    EXPECT_TRUE(schema.contains("maxLength"));
  }
  if (type == "array") {
    EXPECT_TRUE(schema.contains("maxItems"));
    expect_described_and_bounded(schema.at("items"), path + "[]");
  }
  if (schema.contains("additionalProperties")) {
    EXPECT_TRUE(schema.contains("maxProperties"));
  }
  if (!schema.contains("properties")) return;
  for (const auto& [name, property] : schema.at("properties").items()) {
    expect_described_and_bounded(property, path + "." + name);
  }
}

TEST(CrdFields, EveryFieldIsDescribedAndBounded) {
  const json::Value properties = repository::schema();
  expect_described_and_bounded(properties.at("spec"), "spec");
  expect_described_and_bounded(properties.at("status"), "status");
}

// kubectl apply (client side) keeps a copy in an annotation; all annotations of an object together may have 256 KiB.
TEST(CrdFields, KubectlApplyCanRememberIt) { EXPECT_LE(repository::crd().dump().size(), 240U * 1024U); }

void expect_rules_teach(const json::Value& value) {
  if (value.is_object() && value.contains("x-kubernetes-validations")) {
    for (const json::Value& rule : value.at("x-kubernetes-validations")) {
      EXPECT_GE(rule.value("message", "").size(), 20U) << rule;
      EXPECT_TRUE(rule.contains("reason")) << rule;
    }
  }
  if (!value.is_structured()) return;
  for (const json::Value& child : value) expect_rules_teach(child);
}

TEST(CrdFields, EveryRuleSaysWhatToWrite) { expect_rules_teach(repository::crd_version()); }

}  // namespace
