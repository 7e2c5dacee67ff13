// What every pod that runs Heat has in common. It meets the Pod Security Standard "restricted", with a read-only root.
#pragma once

#include <string_view>

#include "heat/desired/objects.h"
#include "json/json.h"

namespace heat {

// Where configuration files are in the pods. Not /etc/heat: that would hide what the image has there (environment.d).
inline constexpr std::string_view config_directory = "/etc/heat-operator";

// Pod template labels plus a pod spec with security, service account, pull secrets and /tmp. `volume` becomes the
// volume "config". The container has environment, mounts and resources; the caller adds what differs (command, probes,
// grace).
json::Value heat_pod(const Plan& plan, json::Value container, json::Value volume);
json::Value heat_container(const Plan& plan, std::string_view name, json::Value command);

}  // namespace heat
