// What crds/heatclusters.yaml lets be written below spec, read at test time: no field stands here by name.
#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace walk {

// One step below spec: a property, an item of a list or an entry of a map.
struct Place {
  // "api/scheduling/tolerations[]/key": "[]" names an item, "{}" an entry of a map.
  std::string path;
  json::Value schema;
  bool required = false;  // the block that it stands in must have it

  // Nothing stands below it.
  bool is_leaf() const;
  bool is_list() const { return schema.contains("items"); }
  bool is_map() const { return schema.contains("additionalProperties"); }
  bool is_text() const { return schema.value("type", "") == "string"; }
  // Text with neither pattern nor choice: whatever anybody likes to write.
  bool is_free_text() const;
};

// Every place, parents before children. Constant for the life of the program.
const std::vector<Place>& places();
const json::Value& spec_schema();

// What the schema (without its CEL rules) has against a value, each with its path; as the API server's validation.
std::vector<std::string> refusals(const json::Value& schema, const json::Value& value, const std::string& path);
// As the API server's defaulting: fills what is absent and has a default.
json::Value with_defaults(const json::Value& schema, json::Value value);

// The smallest value that the schema lets through: what is required, and nothing else.
json::Value example(const json::Value& schema);

// The bounds that CEL sets for a duration or a quantity, taken from the rule's message ("write a time from 10s to 1d",
// "write at least 1Gi"); empty where there is none.
struct CelBounds {
  std::string least;
  std::string most;
};
CelBounds cel_bounds(const json::Value& schema);

}  // namespace walk
