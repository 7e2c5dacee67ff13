// Every name and label that children carry: in this one file, never a literal elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "heat/spec.h"
#include "json/json.h"

namespace heat {

inline constexpr std::string_view managed_by = "heat-operator";
// Watches of children ask for this: the process never sees what is not ours.
inline constexpr std::string_view managed_by_selector = "app.kubernetes.io/managed-by=heat-operator";

// A StatefulSet labels the claims that it makes with its selector's labels, and with no others.
inline constexpr std::string_view broker_claims_selector = "app.kubernetes.io/component=broker";

// Components: the value of app.kubernetes.io/component.
inline constexpr std::string_view db_sync_component = "db-sync";
inline constexpr std::string_view keystone_bootstrap_component = "keystone-bootstrap";
inline constexpr std::string_view broker_check_component = "broker-check";
inline constexpr std::string_view broker_users_component = "broker-users";
inline constexpr std::string_view purge_component = "purge";
inline constexpr std::string_view service_clean_component = "service-clean";

// Annotations of ours. On the engine's pod template: a change of any of the three rolls the pods.
inline constexpr std::string_view config_annotation = "heat.openstack.org/config";  // name of the ConfigMap
inline constexpr std::string_view credentials_annotation =
    "heat.openstack.org/credentials";  // HMAC of what the pods read of Secrets
inline constexpr std::string_view release_annotation = "heat.openstack.org/release";
// On the engines' StatefulSet while it drains: the release that its pods are of, where the template has the next one.
inline constexpr std::string_view draining_annotation = "heat.openstack.org/draining-release";
// Hash of the rest of the pod template: tells whether applying it would replace pods.
inline constexpr std::string_view template_annotation = "heat.openstack.org/template";
// On a db-sync Job: which release, image, and way to database and broker it is for.
inline constexpr std::string_view database_annotation = "heat.openstack.org/database";

// On a keystone-bootstrap Job: what it makes in Keystone.
inline constexpr std::string_view keystone_annotation = "heat.openstack.org/keystone";

// On a broker-check Job: the image that the nodes run and the one that shall follow, "one -> other".
inline constexpr std::string_view broker_step_annotation = "heat.openstack.org/broker-step";

// On a broker-users Job: the only user that it leaves of those that the operator has ever made.
inline constexpr std::string_view broker_users_annotation = "heat.openstack.org/broker-users";

// Where configuration files are in the pods. Not /etc/heat: that would hide what the image has there (environment.d).
inline constexpr std::string_view config_directory = "/etc/heat-operator";

// The volume of a broker node, in its pod and in its StatefulSet's template.
inline constexpr std::string_view broker_volume = "data";
// The user that a managed broker is made with; those that follow it are called like it, with a number.
inline constexpr std::string_view first_broker_user = "heat";

// Data keys of Secrets and ConfigMaps, which are also the file names in the pods.
inline constexpr std::string_view credentials_file = "credentials.conf";
inline constexpr std::string_view api_credentials_file = "api-credentials.conf";  // in API pods: credentials.conf
inline constexpr std::string_view heat_conf_file = "heat.conf";
inline constexpr std::string_view overrides_file = "overrides.conf";        // spec.config.heat
inline constexpr std::string_view database_conf_file = "database.conf";     // how the database is known, with TLS alone
inline constexpr std::string_view database_site_file = "sitecustomize.py";  // as above
inline constexpr std::string_view database_authorities_file = "database-ca.crt";
inline constexpr std::string_view broker_authorities_file = "broker-ca.crt";
inline constexpr std::string_view uwsgi_file = "uwsgi.ini";
inline constexpr std::string_view paste_file = "api-paste.ini";
inline constexpr std::string_view policy_file = "policy.yaml";
inline constexpr std::string_view ec2_filter_file = "heat_operator_ec2.py";
inline constexpr std::string_view haproxy_file = "haproxy.cfg";
inline constexpr std::string_view tls_certificate_file = "tls.crt";
inline constexpr std::string_view tls_key_file = "tls.crt.key";
inline constexpr std::string_view rabbitmq_file = "rabbitmq.conf";
inline constexpr std::string_view rabbitmq_advanced_file = "advanced.config";
inline constexpr std::string_view rabbitmq_plugins_file = "enabled_plugins";
inline constexpr std::string_view rabbitmq_definitions_file = "definitions.json";
inline constexpr std::string_view erlang_cookie_file = "erlang.cookie";
inline constexpr std::string_view broker_username_entry = "broker-username";
inline constexpr std::string_view broker_password_entry = "broker-password";
inline constexpr std::string_view encryption_key_entry = "key";

// The StatefulSet or Deployment of a component, and what is called like it.
std::string workload_name(const std::string& cluster, Component component);
// The user of a managed broker, by spec.broker.managed.credentialsGeneration.
std::string broker_user(std::int64_t generation);
// Headless: one DNS name for each broker node; workload_name() itself is what Heat connects to.
std::string broker_nodes_name(const std::string& cluster);
// The claim of the broker node of that ordinal, as its StatefulSet names it.
std::string broker_claim_name(const std::string& cluster, std::int64_t ordinal);
// The HeatCluster that a broker's claim of these labels belongs to; empty: to none.
std::string cluster_of_claim(const json::Value& labels);
// Headless: the addresses of the proxies' metrics.
std::string proxy_pods_name(const std::string& cluster);
std::string purge_name(const std::string& cluster);
std::string service_clean_name(const std::string& cluster);
std::string credentials_name(const std::string& cluster);
std::string encryption_key_name(const std::string& cluster);
std::string service_account_name(const std::string& cluster);
// <cluster>-engine-<hash of the content>
std::string config_map_name(const std::string& cluster, std::string_view component, const std::string& hash);
// <cluster>-db-sync-<hash of what it is for>
std::string db_sync_name(const std::string& cluster, const std::string& hash);
// <cluster>-keystone-<hash of what it makes and of who makes it>
std::string keystone_bootstrap_name(const std::string& cluster, const std::string& hash);
// <cluster>-broker-check-<hash of the two images and of who asks>
std::string broker_check_name(const std::string& cluster, const std::string& hash);
// <cluster>-broker-users-<hash of the user that stays and of how the others go>
std::string broker_users_name(const std::string& cluster, const std::string& hash);

// `component` is empty for what belongs to the whole cluster.
json::Value labels(const Spec& spec, std::string_view component);
// labels() for a component's pods. Another release of Heat is no reason to restart those that do not run it.
json::Value pod_labels(const Spec& spec, Component component);
// The part of labels() that never changes for one component: what selectors use.
json::Value selector_labels(const Spec& spec, std::string_view component);
std::string selector_text(const Spec& spec, std::string_view component);

}  // namespace heat
