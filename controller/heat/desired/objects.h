// The bodies of what desired() names, one object a file, and what their builders share.
#pragma once

#include <string>

#include "heat/desired/desired.h"
#include "heat/desired/plan.h"
#include "heat/spec.h"
#include "json/json.h"

namespace heat {

// For the whole HeatCluster.
json::Value service_account(const Plan& plan);
json::Value credentials_secret(const Plan& plan);
json::Value db_sync_job(const Plan& plan);
// Only where plan.keystone_bootstrap says that it is asked for.
json::Value keystone_bootstrap_job(const Plan& plan);
// Only where plan.live.broker_step is one.
json::Value broker_check_job(const Plan& plan);
// Only where broker_users() names one.
json::Value broker_users_job(const Plan& plan);
json::Value purge_cron_job(const Plan& plan);
json::Value service_clean_cron_job(const Plan& plan);

// One a component.
json::Value config_map(const Plan& plan, Component component);
json::Value pod_disruption_budget(const Plan& plan, Component component);
json::Value network_policy(const Plan& plan, Component component);

json::Value broker_service(const Plan& plan);
json::Value broker_nodes_service(const Plan& plan);
json::Value broker_stateful_set(const Plan& plan);
json::Value engine_service(const Plan& plan);
json::Value engine_stateful_set(const Plan& plan);
// `component`: api or cfn.
json::Value api_service(const Plan& plan, Component component);
json::Value api_deployment(const Plan& plan, Component component);
json::Value proxy_service(const Plan& plan);
json::Value proxy_pods_service(const Plan& plan);
json::Value proxy_deployment(const Plan& plan);

// An apply body with apiVersion, kind and metadata: name, labels, and the HeatCluster as the controlling owner.
json::Value object(const Spec& spec, const kube::ResourceType& type, std::string name, std::string_view component);

// A port of a Service, whose target is the port of the same number.
json::Value service_port(std::string_view name, long number);

}  // namespace heat
