// docs/api-reference.md is made of the CRD. HEAT_OPERATOR_UPDATE_DOCS=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "repository.h"

namespace {

constexpr const char* page = "docs/api-reference.md";

std::string type_of(const json::Value& schema) {
  if (schema.contains("additionalProperties")) return "map of " + type_of(schema.at("additionalProperties"));
  if (schema.value("x-kubernetes-int-or-string", false)) {
    return schema.at("pattern").get<std::string>().ends_with("%$") ? "number or percentage" : "quantity";
  }
  const std::string type = schema.value("type", "");
  return type == "array" ? "list of " + type_of(schema.at("items")) : type;
}

std::string code(const json::Value& value) {
  return "`" + (value.is_string() ? value.get<std::string>() : value.dump()) + "`";
}

std::string bounds(const json::Value& schema) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  const auto range = [&](const char* low, const char* high, const std::string& unit) {
    if (schema.contains(low) && schema.contains(high)) {
      add(schema.at(low).dump() + "–" + schema.at(high).dump() + unit);
    } else if (schema.contains(high)) {
      add("at most " + schema.at(high).dump() + unit);
    } else if (schema.contains(low)) {
      add("at least " + schema.at(low).dump() + unit);
    }
  };
  if (schema.contains("enum")) {
    std::string values;
    for (const json::Value& value : schema.at("enum")) values += (values.empty() ? "" : ", ") + code(value);
    add("one of " + values);
  }
  range("minimum", "maximum", "");
  if (schema.contains("pattern")) range("minLength", "maxLength", " characters");
  range("minItems", "maxItems", " entries");
  range("minProperties", "maxProperties", " entries");
  if (schema.contains("default") && schema.at("default") != json::Value::object())
    add("default " + code(schema.at("default")));
  return text;
}

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
  return text;
}

// Writes the rows of one field and of those below it. What is the same in several places is written out at the first.
class Rows {
 public:
  void add(const json::Value& schema, const std::string& path, bool required) {
    text += "| `" + path + "` | " + type_of(schema) + (required ? ", required" : "") + " | " + cell(bounds(schema)) +
            " | " + cell(schema.value("description", ""));
    for (const json::Value& rule : schema.value("x-kubernetes-validations", json::Value::array())) {
      text += " *Refused otherwise: " + cell(rule.at("message")) + ".*";
    }
    const bool list = schema.contains("items");
    const json::Value& inner = list ? schema.at("items") : schema;
    if (!inner.contains("properties")) {
      text += " |\n";
      return;
    }
    const auto [first, is_new] = written_.emplace(inner.at("properties").dump(), path);
    text += is_new ? " |\n" : " Its fields: as those of `" + first->second + "`. |\n";
    if (is_new) add_properties(inner, path + (list ? "[]." : "."));
  }

  void add_properties(const json::Value& schema, const std::string& prefix) {
    const json::Value needed = schema.value("required", json::Value::array());
    for (const auto& [name, property] : schema.at("properties").items()) {
      add(property, prefix + name, std::find(needed.begin(), needed.end(), name) != needed.end());
    }
  }

  std::string text;

 private:
  std::map<std::string, std::string> written_;  // properties → path of the first place
};

std::string reference() {
  const json::Value crd = repository::crd();
  const json::Value version = repository::crd_version();
  const json::Value schema = version.at("schema").at("openAPIV3Schema");
  std::string out = "# The HeatCluster resource\n\n";
  out +=
      "<!-- Made of crds/heatclusters.yaml by tests/contract/api_reference_test.cpp: HEAT_OPERATOR_UPDATE_DOCS=1 "
      "writes it anew. -->\n\n";
  out += "`apiVersion: " + crd.at("spec").at("group").get<std::string>() + "/" + version.at("name").get<std::string>() +
         "`, `kind: HeatCluster`. " + schema.at("description").get<std::string>() + "\n\n";
  out +=
      "`kubectl explain hc.spec` shows the same in a terminal. `kubectl get hc` lists them, `kubectl scale hc/NAME "
      "--replicas=N` sets the number of engines.\n\n";
  out += "## Rules for the whole object\n\n";
  for (const json::Value& rule : schema.at("x-kubernetes-validations")) {
    out += "- `" + rule.at("fieldPath").get<std::string>().substr(1) + "`: " + rule.at("message").get<std::string>() +
           ".\n";
  }
  for (const char* part : {"spec", "status"}) {
    out += std::string("\n## ") + part + "\n\n| field | type | values | meaning |\n|---|---|---|---|\n";
    Rows rows;
    rows.add_properties(schema.at("properties").at(part), "");
    out += rows.text;
  }
  return out;
}

TEST(ApiReference, IsMadeOfTheCrd) {
  if (std::getenv("HEAT_OPERATOR_UPDATE_DOCS") != nullptr) {
    std::ofstream(repository::root() / page) << reference();
    return;
  }
  EXPECT_EQ(repository::read(page), reference()) << "run contract_tests with HEAT_OPERATOR_UPDATE_DOCS=1";
}

}  // namespace
