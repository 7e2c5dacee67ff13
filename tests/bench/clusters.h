// The HeatClusters of a benchmark, and every object that the operator makes of them, byte for byte.
#pragma once

#include <string>
#include <vector>

#include "kube/client.h"
#include "kube/model/resource_type.h"

namespace bench {

// One server-side apply: what the ceiling sends, and what the operator sends for the same HeatCluster.
struct Apply {
  const kube::ResourceType* type;
  std::string name;
  std::string body;
  bool status = false;
};

// Makes the namespace, the Secrets that a HeatCluster names, and `count` HeatClusters heat-0000 ….
void create_clusters(kube::Client& admin, const std::string& namespace_name, int count);

// What converging them takes, one list a HeatCluster, in the operator's order: rendered by the operator's own pure core
// from the live HeatClusters, so that the bytes are the same.
std::vector<std::vector<Apply>> applies_of(kube::Client& admin, const std::string& namespace_name);

}  // namespace bench
