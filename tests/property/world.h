// One small world: a fake API server, what would run around it, an operator, and a HeatCluster's worth of manifests.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "fake_api/server.h"
#include "fake_api/simulation.h"
#include "json/json.h"
#include "property/operator_process.h"

namespace property {

// Used by one thread; the operator may be killed from the server's threads.
class World {
 public:
  World();

  fake_api::Server& server() { return server_; }
  fake_api::Api& api() { return server_.api(); }
  fake_api::Simulation& simulation() { return simulation_; }
  OperatorProcess& operator_process() { return operator_; }

  // The Secrets that a HeatCluster refers to.
  void create_secrets();
  // The one that the operator would draw at random, so that two runs can be compared value by value: digests and the
  // name of the db-sync Job follow from it.
  void create_encryption_key();
  void create_cluster(std::int64_t replicas = 2);
  void delete_cluster();
  // A merge patch of its spec.
  void patch_spec(const json::Value& patch);
  void patch_secret(const std::string& name, const json::Value& string_data);

  json::Value cluster();                           // null: there is none
  json::Value status();                            // of the HeatCluster; null: there is none
  json::Value engine();                            // the StatefulSet
  std::string condition(const std::string& type);  // "True", "False", "Unknown" or ""

  // The operator has acted on the spec as it is, every pod that it asks for is ready, and the status says so.
  bool ready();
  // Nothing is left but what outlives a HeatCluster.
  bool gone();

  // Looks again at each change on the server until the deadline of one step.
  bool wait(const std::function<bool()>& condition);

 private:
  fake_api::Server server_;
  OperatorProcess operator_;
  fake_api::Simulation simulation_;
};

inline constexpr const char* world_namespace = "openstack";
inline constexpr std::chrono::seconds step_deadline{30};

}  // namespace property
