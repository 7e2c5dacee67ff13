// HeatCluster's spec as a typed value: what crds/heatclusters.yaml lets through, with defaults filled in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "json/json.h"
#include "kube/model/resource_type.h"

namespace heat {

inline constexpr kube::ResourceType heat_cluster{"heat.openstack.org", "v1alpha1", "HeatCluster", "heatclusters"};

// One thing that is wrong with what the user gave, and the mend. Never holds a secret's value.
struct Problem {
  enum class Kind {
    invalid,         // stands until somebody changes something
    secret_missing,  // may be on its way: Secrets are often applied together with the HeatCluster
    key_lost,        // the encryption key of an existing database is gone
  };
  std::string path;     // "spec.database.secretName"
  std::string message;  // what is wrong and what to write instead
  Kind kind = Kind::invalid;

  std::string text() const { return path + ": " + message; }
};

struct Images {
  std::string heat;
  std::int64_t heat_user = 42424;
  std::string pull_policy = "IfNotPresent";
  std::vector<std::string> pull_secrets;
};

struct Engine {
  std::int64_t replicas = 1;
  std::int64_t workers = 2;
  std::chrono::seconds drain_timeout{600};
  json::Value resources;  // canonical quantities; null: none
};

struct BrokerHost {
  std::string host;
  std::int64_t port = 5672;
};

struct ExternalBroker {
  std::vector<BrokerHost> hosts;
  std::string virtual_host = "/";
  std::string credentials_secret;
};

struct Database {
  std::string secret_name;
  std::int64_t max_connections = 500;
};

struct Noauth {};

struct Spec {
  // Identity of the HeatCluster.
  std::string namespace_name;
  std::string name;
  std::string uid;
  std::int64_t generation = 0;

  std::string release;
  Images images;
  Engine engine;
  ExternalBroker broker;
  std::string queue_type = "quorum";
  Database database;
  Noauth identity;
};

// What stands for fields that are left out and that the schema has no default for.
struct Defaults {
  std::string heat_image;  // HEAT_OPERATOR_IMAGE_HEAT; {release} in it stands for spec.release; empty: none
};

// `object` is the live HeatCluster (metadata and spec). All problems at once, not only the first.
tl::expected<Spec, std::vector<Problem>> parse(const json::Value& object, const Defaults& defaults = {});

}  // namespace heat
