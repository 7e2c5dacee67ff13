// What the pure core is told of the world: values only, gathered by reconcile/observe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/json.h"

namespace heat {

// Data of a Secret that is read by name, base64 already undone.
using SecretData = std::map<std::string, std::string>;

// A child as the store has it: the projected fields (heat/kinds.h says which).
struct ObservedChild {
  std::string name;
  bool deleting = false;
  std::int64_t generation = 0;
  json::Value fields;
};

struct Observed {
  std::optional<SecretData> database_secret;  // nullopt: there is no such Secret
  std::optional<SecretData> broker_secret;
  std::optional<std::string> encryption_key;  // from <cluster>-encryption-key; nullopt: not there
  std::optional<ObservedChild> engine;        // the StatefulSet
  std::vector<ObservedChild> jobs;            // ours, of this cluster
  std::vector<ObservedChild> config_maps;
  json::Value status;  // of the HeatCluster as it is now; null: none yet
};

}  // namespace heat
