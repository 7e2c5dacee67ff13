// The builders of desired(), one object a file, and what they share.
#pragma once

#include <string>

#include "heat/desired/desired.h"
#include "heat/desired/plan.h"
#include "heat/spec.h"
#include "json/json.h"

namespace heat {

// For the whole HeatCluster.
DesiredObject service_account(const Plan& plan);
DesiredObject credentials_secret(const Plan& plan);
DesiredObject db_sync_job(const Plan& plan);
DesiredObject purge_cron_job(const Plan& plan);
DesiredObject service_clean_cron_job(const Plan& plan);

// One a component.
DesiredObject config_map(const Plan& plan, Component component);
DesiredObject pod_disruption_budget(const Plan& plan, Component component);
DesiredObject network_policy(const Plan& plan, Component component);

DesiredObject broker_service(const Plan& plan);
DesiredObject broker_nodes_service(const Plan& plan);
DesiredObject broker_stateful_set(const Plan& plan);
DesiredObject engine_service(const Plan& plan);
DesiredObject engine_stateful_set(const Plan& plan);
// `component`: api or cfn.
DesiredObject api_service(const Plan& plan, Component component);
DesiredObject api_deployment(const Plan& plan, Component component);
DesiredObject proxy_service(const Plan& plan);
DesiredObject proxy_pods_service(const Plan& plan);
DesiredObject proxy_deployment(const Plan& plan);

// An apply body with apiVersion, kind and metadata: name, labels, and the HeatCluster as the controlling owner.
DesiredObject object(const Spec& spec, const kube::ResourceType& type, std::string name, std::string_view component);

// A port of a Service, whose target is the port of the same number.
json::Value service_port(std::string_view name, long number);

}  // namespace heat
