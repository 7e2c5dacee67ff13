// What the operator makes of a HeatCluster, asked of its pure core.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "heat/spec.h"
#include "json/json.h"

namespace walk {

struct Outcome {
  // What only a person can mend; nothing is made then.
  std::vector<heat::Problem> problems;
  json::Value objects = json::Value::object();  // "Deployment/heat-api" → its body
  json::Value status;
  // Rendered text by component and name: "engine/heat.conf", "credentials/credentials.conf".
  std::map<std::string, std::string> files;

  // Byte by byte: what is made, and what is said of it.
  std::string dump() const;
  // Whether a problem names that path, in its own path or in what it says.
  bool names(const std::string& path) const;
  std::string problem_text() const;
};

// In a fresh world in which every Secret that is asked for exists (bases.h: secret_content()).
Outcome outcome(const json::Value& cluster);

}  // namespace walk
