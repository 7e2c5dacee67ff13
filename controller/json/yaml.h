// YAML 1.2 (core schema) into the one JSON type. The only door to yaml-cpp.
#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace json {

// Reads one document. Plain scalars follow YAML 1.2's core schema (true, null, 12, 0x1f, 1.5; `yes` is a string),
// quoted ones are strings; anchors and merge keys are resolved; duplicate keys, tags and more than one document are
// refused.
base::Result<Value> parse_yaml(const std::string& text);
// Reads every document of a stream; empty ones are left out.
base::Result<std::vector<Value>> parse_yaml_documents(const std::string& text);

}  // namespace json
