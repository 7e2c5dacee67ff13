#include "heat/desired/catalogue.h"

#include "heat/component.h"
#include "heat/desired/broker_login.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {
namespace {

Stage make_stage(std::string_view name) {
  Stage stage;
  stage.name = std::string(name);
  return stage;
}

DesiredObject::Make of(json::Value (*make)(const Plan&, Component), Component component) {
  return [make, component](const Plan& plan) { return make(plan, component); };
}

}  // namespace

void Catalogue::add(Stage& stage, const kube::ResourceType& type, std::string name, DesiredObject::Make make) const {
  stage.objects.emplace_back(type, std::move(name), renderer_, std::move(make));
}

Stage Catalogue::component(Component component) const {
  const std::string_view name = traits(component).name;
  Stage stage = make_stage(name);
  if (!exists(spec(), component)) return stage;
  const std::string workload = workload_name(spec().name, component);
  add(stage, kube::types::network_policy, workload, of(network_policy, component));
  add(stage, kube::types::pod_disruption_budget, workload, of(pod_disruption_budget, component));
  switch (component) {
    case Component::broker:
      add(stage, kube::types::service, broker_nodes_name(spec().name), broker_nodes_service);
      add(stage, kube::types::service, workload, broker_service);
      add(stage, kube::types::stateful_set, workload, broker_stateful_set);
      break;
    case Component::engine:
      add(stage, kube::types::service, workload, engine_service);
      add(stage, kube::types::stateful_set, workload, engine_stateful_set);
      break;
    case Component::api:
    case Component::cfn:
      add(stage, kube::types::service, workload, of(api_service, component));
      add(stage, kube::types::deployment, workload, of(api_deployment, component));
      break;
    case Component::proxy:
      add(stage, kube::types::service, proxy_pods_name(spec().name), proxy_pods_service);
      add(stage, kube::types::service, workload, proxy_service);
      add(stage, kube::types::deployment, workload, proxy_deployment);
      break;
  }
  return stage;
}

Stage Catalogue::credentials() const {
  Stage stage = make_stage("credentials");
  add(stage, kube::types::service_account, service_account_name(spec().name), service_account);
  add(stage, kube::types::secret, credentials_name(spec().name), credentials_secret);
  return stage;
}

Stage Catalogue::configuration() const {
  Stage stage = make_stage("configuration");
  for (const auto& [component, configuration] : renderer_->prints().configurations) {
    add(stage, kube::types::config_map, configuration.config_map, of(config_map, component));
  }
  return stage;
}

Stage Catalogue::database() const {
  Stage stage = make_stage("database");
  add(stage, kube::types::job, renderer_->prints().db_sync.name, db_sync_job);
  return stage;
}

Stage Catalogue::broker_check() const {
  Stage stage = make_stage("broker-check");
  const auto& step = renderer_->live().broker_step;
  if (step) add(stage, kube::types::job, step->check.name, broker_check_job);
  return stage;
}

Stage Catalogue::broker_users() const {
  Stage stage = make_stage("broker-users");
  if (const auto job = heat::broker_users(spec())) add(stage, kube::types::job, job->name, broker_users_job);
  return stage;
}

Stage Catalogue::identity() const {
  Stage stage = make_stage("identity");
  const auto& job = renderer_->prints().keystone_bootstrap;
  if (job) add(stage, kube::types::job, job->name, keystone_bootstrap_job);
  return stage;
}

Stage Catalogue::maintenance() const {
  Stage stage = make_stage("maintenance");
  add(stage, kube::types::cron_job, purge_name(spec().name), purge_cron_job);
  add(stage, kube::types::cron_job, service_clean_name(spec().name), service_clean_cron_job);
  return stage;
}

}  // namespace heat
