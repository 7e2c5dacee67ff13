// What all pods have in common. Each meets the Pod Security Standard "restricted", with a read-only root.
#pragma once

#include <string_view>
#include <vector>

#include "heat/desired/plan.h"
#include "json/json.h"

namespace heat {

// Name, image, security and the mount of the volume "config". The caller adds what differs: environment, mounts,
// probes, ports.
json::Value container(const Plan& plan, const Image& image, std::string_view name, json::Value command);
// container() of Heat: with /tmp as its home.
json::Value heat_container(const Plan& plan, std::string_view name, json::Value command);

// What a container that reaches the database needs in its environment.
void put_database_environment(const Spec& spec, json::Value& container);

// A pod spec with security, service account, pull secrets, and where and on what it runs. `volumes`: a list.
json::Value pod_spec(const Plan& plan, const Image& image, const PodSettings& settings, json::Value container,
                     json::Value volumes);
// pod_spec() of Heat: with the volume "tmp".
json::Value heat_pod_spec(const Plan& plan, const PodSettings& settings, json::Value container, json::Value config);

// One file of x-credentials, and its name in the pod.
struct SecretFile {
  std::string_view key;
  std::string_view path;
};
// The volume "config": a component's ConfigMap and those files of x-credentials, in one directory.
json::Value config_volume(const Plan& plan, Component component, const std::vector<SecretFile>& secrets);

// The template of a component's workload: labels and annotations, the default spread over nodes, and the hash of it
// all.
json::Value pod_template(const Plan& plan, Component component, json::Value spec);

// A Job's podFailurePolicy: it fails at once where that container ends with one of these codes, ascending.
json::Value fail_at_once(std::string_view container, const std::vector<int>& exit_codes);

}  // namespace heat
