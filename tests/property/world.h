// One small world: a fake API server, what would run around it, an operator, and a HeatCluster's worth of manifests.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "fake_api/server.h"
#include "fake_api/simulation.h"
#include "json/json.h"
#include "property/operator_process.h"

namespace property {

inline constexpr const char* world_namespace = "openstack";
inline constexpr std::chrono::seconds step_deadline{30};

// One of the five components, as the world sees it from outside.
struct Component {
  const char* name;      // in spec and status
  const char* replicas;  // where the count stands in the spec
  fake_api::Key workload;
};
const std::vector<Component>& components();

// Used by one thread; the operator may be killed, and the HeatCluster deleted, from the server's threads.
class World {
 public:
  enum class Kind {
    external,  // on a broker of somebody else's, with as little as serves, and no CFN API
    whole,     // all five components
  };

  World(Kind kind, const std::string& secret_poll);

  fake_api::Server& server() { return server_; }
  fake_api::Api& api() { return server_.api(); }
  fake_api::Simulation& simulation() { return simulation_; }
  OperatorProcess& operator_process() { return operator_; }

  // The Secrets that a HeatCluster refers to.
  void create_secrets();
  // The one that the operator would draw at random, so that two runs can be compared value by value: digests and the
  // name of the db-sync Job follow from it.
  void create_encryption_key();
  void delete_encryption_key();
  void create_cluster(std::int64_t engines = 2);
  void delete_cluster();
  // Another one of the same name, before anything of the first is collected.
  void replace_cluster();
  // As foreground deletion begins: it stays until its children are gone.
  void delete_cluster_in_the_foreground();
  void end_deletion();
  // What the operator has made, the encryption key apart, is deleted by hand.
  void delete_children(const std::vector<std::string>& plurals);
  // A merge patch of its spec.
  void patch_spec(const json::Value& patch);
  void patch_secret(const std::string& name, const json::Value& string_data);

  json::Value cluster();                             // null: there is none
  json::Value status();                              // of the HeatCluster; null: there is none
  json::Value engine();                              // the StatefulSet
  json::Value workload(const Component& component);  // null: there is none
  std::string condition(const std::string& type);    // "True", "False", "Unknown" or ""

  // The operator has acted on the spec as it is, every pod that it asks for is ready, and the status says so.
  bool ready();
  // Nothing is left but what outlives a HeatCluster.
  bool gone();
  bool childless();

  // Looks again at each change on the server until the deadline of one step.
  bool wait(const std::function<bool()>& condition);

 private:
  bool ready(const Component& component, const json::Value& cluster);

  const Kind kind_;
  fake_api::Server server_;
  OperatorProcess operator_;
  fake_api::Simulation simulation_;
};

}  // namespace property
