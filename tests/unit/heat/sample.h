// One HeatCluster and the world around it, from which tests change what they are about.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>

#include "heat/component.h"
#include "heat/desired/desired.h"
#include "heat/names.h"
#include "heat/observed.h"
#include "heat/spec.h"
#include "heat/status/status.h"

namespace sample {

inline json::Value heat_cluster() {
  return json::parse(R"({
    "apiVersion": "heat.openstack.org/v1alpha1", "kind": "HeatCluster",
    "metadata": {"name": "heat", "namespace": "openstack", "uid": "6f1d6f0e-0b6e-4a7b-9d58-6a4f3f6f8f11",
                 "generation": 3},
    "spec": {
      "release": "2025.1",
      "images": {"heat": {"image": "quay.io/example/heat:2025.1", "user": 42424},
                 "haproxy": {"image": "quay.io/example/haproxy:3.0"},
                 "rabbitmq": {"image": "quay.io/example/rabbitmq:4.1"},
                 "pullPolicy": "IfNotPresent", "pullSecrets": ["registry-login"]},
      "engine": {"replicas": 2, "workers": 2, "drainTimeout": "10m",
                 "resources": {"limits": {"memory": "1024Mi"}, "requests": {"cpu": "0.5", "memory": "512Mi"}}},
      "broker": {"external": {"hosts": [{"host": "rabbit-0.example.org", "port": 5672},
                                        {"host": "2001:db8::5", "port": 5673}],
                              "virtualHost": "/heat", "credentialsSecret": {"name": "heat-broker"}},
                 "queueType": "quorum"},
      "database": {"secretName": "heat-db", "maxConnections": 500},
      "identity": {"noauth": {}}}})")
      .value();
}

inline heat::Spec spec() { return heat::parse(heat_cluster()).value(); }

// Secrets are there; nothing was made yet.
inline heat::Observed observed() {
  heat::Observed world;
  world.secrets["heat-db"] = heat::SecretData{
      {"host", "mariadb.example.org"}, {"username", "heat"}, {"password", "db-canary"}, {"database", "heat"}};
  world.secrets["heat-broker"] = heat::SecretData{{"username", "heat"}, {"password", "mq-canary"}};
  world.secrets["heat-encryption-key"] = heat::SecretData{{"key", "0123456789abcdef0123456789abcdef"}};
  return world;
}

inline heat::DesiredObject object(const heat::Desired& desired, const kube::ResourceType& type) {
  for (const heat::Stage& stage : desired.stages) {
    for (const heat::DesiredObject& candidate : stage.objects) {
      if (*candidate.type == type) return candidate;
    }
  }
  return {type, ""};
}

inline const heat::Stage& stage(const heat::Desired& desired, const std::string& name) {
  for (const heat::Stage& candidate : desired.stages) {
    if (candidate.name == name) return candidate;
  }
  throw std::out_of_range(name);
}

inline bool has_stage(const heat::Desired& desired, const std::string& name) {
  return std::any_of(desired.stages.begin(), desired.stages.end(),
                     [&](const heat::Stage& stage) { return stage.name == name; });
}

// The Job that desired() asks for, as the store has it after it was created.
inline heat::ObservedChild job(const heat::Desired& desired, const std::string& condition = "") {
  const heat::DesiredObject wanted = object(desired, kube::types::job);
  heat::ObservedChild child{wanted.name, false, 1, {}};
  child.fields["metadata"]["annotations"] = wanted.body().at("metadata").at("annotations");
  if (!condition.empty()) {
    child.fields["status"]["conditions"] = json::Value::array(
        {{{"type", condition}, {"status", "True"}, {"reason", "SomeReason"}, {"message", "some message"}}});
  }
  return child;
}

// A Job's, by the words of its controller: a pod of it ended with a code for which it is given up at once.
inline json::Value given_up_for(const std::string& job, const std::string& container, int code) {
  return {{"type", "Failed"},
          {"status", "True"},
          {"reason", "PodFailurePolicy"},
          {"message", "Container " + container + " for pod openstack/" + job + "-abcde failed with exit code " +
                          std::to_string(code) + " matching FailJob rule at index 0"}};
}

struct Counts {
  long replicas = 0;
  long ready = 0;
  long updated = 0;
  bool one_revision = true;
  bool current = true;
};

inline const json::Value* body_of(const heat::Desired& desired, const heat::ComponentTraits& component) {
  for (const heat::Stage& stage : desired.stages) {
    for (const heat::DesiredObject& object : stage.objects) {
      if (stage.name == component.name && *object.type == *component.workload) return &object.body();
    }
  }
  return nullptr;
}

// The StatefulSet or Deployment that desired() asks for, as the store has it after its controller has looked.
inline heat::ObservedChild workload(const heat::Desired& desired, heat::Component component, const Counts& counts) {
  const heat::ComponentTraits& traits = heat::traits(component);
  heat::ObservedChild child{heat::workload_name("heat", component), false, 7, {}};
  child.fields["spec"]["replicas"] = counts.replicas;
  if (const json::Value* body = body_of(desired, traits)) {
    child.fields["spec"]["replicas"] = body->at("spec").at("replicas");
    if (const json::Value* annotations = json::find(*body, "/metadata/annotations")) {
      child.fields["metadata"]["annotations"] = *annotations;
    }
    const json::Value& pod = body->at("spec").at("template");
    json::Value& seen = child.fields["spec"]["template"];
    seen["metadata"]["annotations"] = pod.at("metadata").at("annotations");
    seen["spec"]["containers"] = json::Value::array({{{"image", pod.at("spec").at("containers").at(0).at("image")}}});
    seen["spec"]["securityContext"]["runAsUser"] = pod.at("spec").at("securityContext").at("runAsUser");
  }
  child.fields["status"] = {{"observedGeneration", counts.current ? 7 : 6},
                            {"replicas", counts.replicas},
                            {"readyReplicas", counts.ready},
                            {"updatedReplicas", counts.updated}};
  if (*traits.workload == kube::types::stateful_set) {
    child.fields["status"]["currentRevision"] = child.name + "-1";
    child.fields["status"]["updateRevision"] = child.name + (counts.one_revision ? "-1" : "-2");
  }
  return child;
}

inline heat::ObservedChild engine(const heat::Desired& desired, const Counts& counts) {
  return workload(desired, heat::Component::engine, counts);
}

// Everything of the spec runs.
inline heat::Observed settled(const heat::Spec& wanted, heat::Observed world) {
  const heat::Desired desired = heat::desired(wanted, world);
  world.jobs = {job(desired, "Complete")};
  for (const heat::ComponentTraits& each : heat::component_table) {
    if (!heat::exists(wanted, each.component)) continue;
    const long count = heat::replicas(wanted, each.component);
    world.workloads[each.component] = workload(desired, each.component, {count, count, count});
  }
  world.config_maps.clear();
  for (const heat::DesiredObject& map : stage(desired, "configuration").objects) {
    world.config_maps.push_back({map.name, false, 1, {}});
  }
  return world;
}

inline heat::Observed settled(const heat::Spec& wanted = spec()) { return settled(wanted, observed()); }

// A HeatCluster with everything of its own, behind Keystone.
inline json::Value production() {
  json::Value object = heat_cluster();
  object["spec"]["api"] = {{"replicas", 3}, {"resources", {{"requests", {{"cpu", "250m"}}}}}};
  object["spec"]["cfn"] = {{"replicas", 2}};
  object["spec"]["proxy"] = {{"publicURL",
                              {{"orchestration", "https://heat.example.org/orchestration/v1"},
                               {"cloudformation", "https://heat.example.org:8000/v1"}}}};
  object["spec"]["broker"] = {{"managed", {{"replicas", 3}, {"storage", {{"storageClassName", "fast"}}}}}};
  object["spec"]["identity"] = {
      {"keystone", {{"authURL", "https://keystone.example.org:5000/v3"}, {"secretName", "heat-keystone"}}}};
  object["spec"]["config"] = {{"heat", "[DEFAULT]\nmax_stacks_per_tenant = 1000\n"}};
  return object;
}

inline heat::Observed observed_production() {
  heat::Observed world = observed();
  world.secrets.erase("heat-broker");
  world.secrets["heat-keystone"] = heat::SecretData{{"username", "heat"},
                                                    {"password", "ks-canary"},
                                                    {"stackDomainAdmin", "heat_domain_admin"},
                                                    {"stackDomainAdminPassword", "domain-canary"}};
  return world;
}

inline json::Value condition(const json::Value& status, const std::string& type) {
  for (const json::Value& each : status.at("conditions")) {
    if (each.at("type") == type) return each;
  }
  return {};
}

// Of a pass that did what desired() asks for.
inline json::Value status_of(const heat::Spec& spec, const heat::Observed& world,
                             const std::string& now = "2026-01-31T12:00:00Z") {
  const heat::Desired wanted = heat::desired(spec, world);
  return heat::status({&spec, spec.generation, &world, &wanted, {}, "", false, now});
}

// "True Ready"
inline std::string state(const json::Value& status, const std::string& type) {
  const json::Value found = condition(status, type);
  return found.at("status").get<std::string>() + " " + found.at("reason").get<std::string>();
}

inline std::string message(const json::Value& status, const std::string& type) {
  return condition(status, type).at("message");
}

}  // namespace sample
