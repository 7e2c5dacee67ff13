// The sample that is shipped, and parts of it to make others from.
#pragma once

#include <string>

#include "kubectl.h"

namespace integration {

// manifests/samples/noauth.yaml: two Secrets and a HeatCluster "heat".
Objects sample();
// Its HeatCluster under another name, with `spec` merged into its spec.
json::Value sample_cluster(const std::string& name = "heat", const json::Value& spec = json::Value::object());
// One of its Secrets.
json::Value sample_secret(const std::string& name);
// A Secret with other content.
json::Value secret(const std::string& name, const json::Value& string_data);
// What a user must write at least.
json::Value smallest_cluster(const std::string& name);

}  // namespace integration
