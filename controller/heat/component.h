// The five components: what differs between them, as a table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "heat/spec.h"
#include "kube/model/resource_type.h"

namespace heat {

struct ComponentTraits {
  Component component;
  std::string_view name;       // in object names, labels, status, printer columns: spec.<name> sizes it
  std::string_view plural;     // as messages say it: "2 of 3 engines ready"
  std::string_view condition;  // its condition type
  const kube::ResourceType* workload;
  std::int64_t port = 0;  // what its clients call; 0: nobody calls it
};

// In the order in which they come up; each is gated on those before it.
inline constexpr std::array component_table{
    ComponentTraits{Component::broker, "broker", "broker nodes", "BrokerReady", &kube::types::stateful_set, 5672},
    ComponentTraits{Component::engine, "engine", "engines", "EngineReady", &kube::types::stateful_set},
    ComponentTraits{Component::api, "api", "APIs", "APIReady", &kube::types::deployment, 8004},
    ComponentTraits{Component::cfn, "cfn", "CFN APIs", "CFNReady", &kube::types::deployment, 8000},
    ComponentTraits{Component::proxy, "proxy", "proxies", "ProxyReady", &kube::types::deployment},
};

constexpr const ComponentTraits& traits(Component component) {
  return component_table[static_cast<std::size_t>(component)];
}

// Whether its pods run Heat itself, of one release or another.
constexpr bool runs_heat(Component component) {
  return component != Component::broker && component != Component::proxy;
}

// Pods wanted: spec.<component>.replicas; 0 for a broker that is not ours.
std::int64_t replicas(const Spec& spec, Component component);
// Whether its workload is made at all: of any number of pods, 0 too, so that scaling up is one edit. Not the broker
// that is not ours, nor what has no image, which nothing with 0 pods needs.
bool exists(const Spec& spec, Component component);
const Image& image(const Spec& spec, Component component);
const PodSettings& pod_settings(const Spec& spec, Component component);

}  // namespace heat
