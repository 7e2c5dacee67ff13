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

// What the five components are, in the order in which they come up. heat/component.h says what differs between them.
enum class Component { broker, engine, api, cfn, proxy };

// One image and the numeric user that its processes run as.
struct Image {
  std::string reference;  // empty where nobody named one
  std::int64_t user = 0;
};

struct Images {
  Image heat{"", 42424};
  Image haproxy{"", 99};
  Image rabbitmq{"", 999};
  std::string pull_policy = "IfNotPresent";
  std::vector<std::string> pull_secrets;
};

// What every block that makes pods takes. Each json::Value is in the server's canonical form, null where it was left
// out.
struct PodSettings {
  json::Value resources;
  json::Value node_selector;
  json::Value tolerations;
  json::Value affinity;
  json::Value topology_spread_constraints;  // null: spread over nodes, as far as that goes
  std::string priority_class_name;
  json::Value labels;  // podLabels; never one of ours
  json::Value annotations;
  json::Value max_unavailable = 1;  // disruption.maxUnavailable: a number, or a percentage as text
};

struct Proxy {
  std::int64_t replicas = 2;
  std::string balance = "leastconn";
  std::int64_t max_connections = 4000;  // of one proxy pod, clients' side
  std::chrono::seconds connect_timeout{5};
  std::chrono::seconds client_timeout{120};
  std::chrono::seconds server_timeout{120};
  std::string service_type = "ClusterIP";
  json::Value service_annotations;
  std::string public_orchestration_url;   // empty: clients come through the proxy's Service
  std::string public_cloudformation_url;  // empty: as above
  std::string tls_secret;                 // empty: without TLS
  PodSettings pods;
};

// heat-api and heat-api-cfn: uWSGI processes with threads.
struct Api {
  std::int64_t replicas = 1;
  std::int64_t workers = 1;
  std::int64_t threads = 16;
  PodSettings pods;
};

struct Engine {
  std::int64_t replicas = 1;
  std::int64_t workers = 2;
  std::chrono::seconds drain_timeout{600};
  PodSettings pods;
};

struct ManagedBroker {
  std::int64_t replicas = 3;
  std::int64_t credentials_generation = 1;
  std::string storage_size = "10Gi";  // canonical
  std::string storage_class_name;     // empty: the cluster's default
  std::string when_deleted = "Delete";
  PodSettings pods;
};

inline constexpr std::int64_t amqp_port = 5672;
inline constexpr std::int64_t amqps_port = 5671;

struct BrokerHost {
  std::string host;
  std::int64_t port = amqp_port;
};

struct ExternalBroker {
  std::vector<BrokerHost> hosts;
  std::string virtual_host = "/";
  std::string credentials_secret;
  std::string ca_secret;  // empty: without TLS
};

// A RabbitmqCluster of rabbitmq.com/v1beta1 in the same namespace; its operator keeps <name>-default-user.
struct RabbitmqCluster {
  std::string name;
};

struct Broker {
  std::variant<ManagedBroker, ExternalBroker, RabbitmqCluster> kind;
  std::string queue_type = "quorum";

  const ManagedBroker* managed() const { return std::get_if<ManagedBroker>(&kind); }
  const ExternalBroker* external() const { return std::get_if<ExternalBroker>(&kind); }
  const RabbitmqCluster* rabbitmq_cluster() const { return std::get_if<RabbitmqCluster>(&kind); }
};

struct Database {
  std::string secret_name;
  std::int64_t max_connections = 500;
  std::string ca_secret;  // empty: without TLS
};

struct Noauth {};

struct Keystone {
  std::string auth_url;
  std::string region = "RegionOne";
  std::string secret_name;
  std::string stack_domain = "heat";
  std::string bootstrap_secret{};  // of an admin who makes the above; empty: it is there already
};

// Text that is put after what the operator renders; what is said there last counts.
struct ConfigOverrides {
  std::string heat;
  std::string haproxy;
  std::string rabbitmq;
};

struct PurgeDeleted {
  std::string schedule = "1 0 * * *";
  std::chrono::seconds older_than{30 * 86400};
};

struct Spec {
  // Identity of the HeatCluster.
  std::string namespace_name;
  std::string name;
  std::string uid;
  std::int64_t generation = 0;

  std::string release;
  Images images;
  Proxy proxy;
  Api api{2, 2, 16, {}};
  Api cfn{1, 1, 16, {}};
  Engine engine;
  Broker broker;
  Database database;
  std::variant<Noauth, Keystone> identity;
  std::string encryption_key_secret;  // empty: <cluster>-encryption-key, generated once
  ConfigOverrides config;
  PurgeDeleted purge_deleted;

  const Keystone* keystone() const { return std::get_if<Keystone>(&identity); }
};

// What stands for fields that are left out and that the schema has no default for.
struct Defaults {
  std::string heat_image;        // HEAT_OPERATOR_IMAGE_HEAT; {release} in it stands for spec.release; empty: none
  std::string haproxy_image{};   // HEAT_OPERATOR_IMAGE_HAPROXY
  std::string rabbitmq_image{};  // HEAT_OPERATOR_IMAGE_RABBITMQ
};

// `object` is the live HeatCluster (metadata and spec). All problems at once, not only the first.
tl::expected<Spec, std::vector<Problem>> parse(const json::Value& object, const Defaults& defaults = {});

}  // namespace heat
