// What the pure core is told of the world: values only, gathered by reconcile/observe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "heat/broker_report.h"
#include "heat/engine_report.h"
#include "heat/spec.h"
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

// A claim of a managed broker's volume.
struct ObservedClaim {
  std::string name;
  std::string uid;
  bool deleting = false;
  bool bound = false;     // has a volume: one that has none cannot grow
  std::string requested;  // the size that it asks for, as somebody wrote it
};

struct Observed {
  // Secrets that the core asked for (secret_names()), by name. A name that was read and is not there maps to nullopt.
  std::map<std::string, std::optional<SecretData>> secrets;
  std::map<Component, ObservedChild> workloads;  // the StatefulSet or Deployment of each component that has one
  std::vector<ObservedChild> jobs;               // ours, of this cluster
  std::vector<ObservedChild> config_maps;
  std::vector<ObservedClaim> claims;          // of the broker's nodes, as far as there are any
  std::optional<BrokerReport> broker_report;  // of a managed broker, where it tells
  std::optional<EngineReport> engine_report;  // of a Heat with APIs of ours, where it tells
  json::Value status;                         // of the HeatCluster as it is now; null: none yet
  std::string now;                            // when this was seen, RFC 3339; empty where nobody looked at a clock

  // Null where there is no such Secret, or nobody asked for it.
  const SecretData* secret(const std::string& name) const {
    const auto found = secrets.find(name);
    return found == secrets.end() || !found->second ? nullptr : &*found->second;
  }
};

}  // namespace heat
