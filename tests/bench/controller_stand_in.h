// Stands in for the controllers that a benchmark does without: marks each db-sync Job complete, and all pods of each
// StatefulSet and Deployment ready, with one write each time that its spec has changed. Runs beside the operator and
// beside the ceiling alike, so that both meet the same load.
#pragma once

#include <string>
#include <thread>
#include <vector>

#include "json/json.h"
#include "kube/client.h"
#include "kube/model/object.h"

namespace bench {

class ControllerStandIn {
 public:
  ControllerStandIn(kube::Client& admin, std::string namespace_name);

 private:
  void follow(const kube::ResourceType& type, std::stop_token stop);
  void finish(const kube::ResourceType& type, const kube::Object& object, std::stop_token stop);

  kube::Client& admin_;
  const std::string namespace_name_;
  std::vector<std::jthread> threads_;
};

// What the controllers write last about an object of that generation that wants so many pods.
json::Value finished_status(const kube::ResourceType& type, std::int64_t generation, std::int64_t replicas);

}  // namespace bench
