// The files of a managed broker's nodes.
#pragma once

#include <string>

#include "heat/config/broker_access.h"
#include "heat/spec.h"

namespace heat {

inline constexpr long broker_management_port = 15672;
inline constexpr long broker_metrics_port = 15692;
inline constexpr long broker_epmd_port = 4369;
inline constexpr long broker_distribution_port = 25672;

// "rabbit@heat-broker-0.heat-broker-nodes.openstack": what a node is called, by its ordinal.
std::string broker_node(const Spec& spec, long ordinal);

// rabbitmq.conf: keys that RabbitMQ 3.10 to 4.3 all know, since one that it does not know keeps it from starting.
// `volume_size`: what the nodes' volumes were made with; empty: what the spec says.
std::string rabbitmq_conf(const Spec& spec, const std::string& volume_size = {});
// advanced.config: settings that not each of those has; one that it does not know is passed over.
std::string rabbitmq_advanced_config(const Spec& spec);
std::string rabbitmq_enabled_plugins();
// definitions.json: the user, its rights and the policies, read at each start. Holds the password's hash.
std::string rabbitmq_definitions(const BrokerAccess& access);

// Erlang that binds R to the cluster's running nodes, for an expression that follows.
std::string running_nodes();

// The Erlang expression that a node answers true to when it and more than half of the nodes that exist run as members
// of one cluster. A node that could not join boots alone after some minutes, and would look fine to any probe that
// only asks whether it runs.
std::string broker_is_member(const Spec& spec);

}  // namespace heat
