// What of a rendered HeatCluster is compared from pass to pass. Rendering costs a hundred times what comparing does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "heat/component.h"
#include "heat/one_time_job.h"

namespace heat {

// What the pods of a component read.
struct ConfigurationPrint {
  std::string config_map;          // its name, which holds a hash of the files
  std::string credentials_digest;  // empty: they read no credentials
};

// A value for desired()'s caller to keep, a kilobyte or two a HeatCluster. It holds names and hashes, no Secret's
// content. Not thread-safe.
struct Prints {
  std::string inputs;            // SHA-256 of all that rendering reads; empty: nothing is known
  bool has_credentials = false;  // what follows was made with all Secrets there
  OneTimeJob db_sync;
  std::optional<OneTimeJob> keystone_bootstrap;  // nullopt: not asked for
  std::map<Component, ConfigurationPrint> configurations;

  // By object: kube::applied_hash, and of workloads the hash that the pod template carries as its annotation.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> hashes;
  std::vector<std::pair<std::uint64_t, std::string>> pod_templates;

  const ConfigurationPrint& configuration(Component component) const { return configurations.at(component); }
};

}  // namespace heat
