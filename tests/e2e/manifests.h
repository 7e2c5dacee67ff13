// What these tests apply. Images and release are those that hack/test.sh names.
#pragma once

#include <string>
#include <vector>

#include "certificates/authority.h"
#include "json/json.h"

namespace e2e {

// A namespace of that name that enforces the Pod Security level "restricted".
json::Value restricted_namespace(const std::string& name);
// manifests/samples/mariadb.yaml with the image that is at hand. It takes TLS, with a certificate of authority().
std::vector<json::Value> database();
// tests/e2e/keystone.yaml with the images that are at hand.
std::vector<json::Value> keystone();
// Of this run.
const certificates::Authority& authority();
// What stands in a file of this repository.
std::string source(const std::string& path);
// The objects of YAML that may hold several.
std::vector<json::Value> documents(const std::string& yaml);
// A Secret of those values.
json::Value secret(const std::string& name, const json::Value& values);
// "heat", with all five components.
json::Value heat_cluster();
// With another broker and so many engines, on the database of the one that runs, and so with its key.
json::Value cluster_beside(const json::Value& running, const std::string& name, const json::Value& broker, int engines);
// What hack/test.sh tells by a variable; `otherwise` where that is not set or empty.
std::string environment(const char* variable, const char* otherwise = "");
// The reference of an image, by the last word of its variable in hack/test.sh: HEAT, OPERATOR.
std::string image(const std::string& name);
// Whether nothing is lost with a broker's node that ends, nor with an engine that does as it is told to. Heat before
// 2024.1 has answers in queues of one node, and forgets what an engine has taken and not begun (docs/architecture.md).
bool nothing_is_lost();
// Runs nothing by itself: commands are run in it. Without `volumes` and `mounts` it has /tmp alone.
json::Value heat_pod(const std::string& name, const json::Value& volumes = nullptr,
                     const json::Value& mounts = nullptr);

}  // namespace e2e
