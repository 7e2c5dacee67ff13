#include "heat/desired/desired.h"

#include "heat/component.h"
#include "heat/db_sync_state.h"
#include "heat/desired/gates.h"
#include "heat/desired/objects.h"
#include "heat/desired/volume_growth.h"
#include "heat/names.h"
#include "heat/workload_state.h"

namespace heat {
namespace {

using Mode = Stage::Mode;

void hold(Stage& stage, std::string reason) {
  stage.mode = Mode::hold;
  stage.reason = std::move(reason);
}

// Objects are moved in: an initializer list would copy each body.
template <typename... Objects>
Stage make_stage(std::string_view name, Objects&&... objects) {
  Stage stage;
  stage.name = std::string(name);
  stage.objects.reserve(sizeof...(objects));
  (stage.objects.push_back(std::forward<Objects>(objects)), ...);
  return stage;
}

// What lets clients in and out stands before the pods, and the workload last.
Stage component_stage(const Plan& plan, Component component) {
  const std::string_view name = traits(component).name;
  if (!exists(plan.spec, component)) return make_stage(name);
  Stage stage = make_stage(name, network_policy(plan, component), pod_disruption_budget(plan, component));
  const auto add = [&](DesiredObject object) { stage.objects.push_back(std::move(object)); };
  switch (component) {
    case Component::broker:
      add(broker_nodes_service(plan));
      add(broker_service(plan));
      add(broker_stateful_set(plan));
      break;
    case Component::engine:
      add(engine_service(plan));
      add(engine_stateful_set(plan));
      break;
    case Component::api:
    case Component::cfn:
      add(api_service(plan, component));
      add(api_deployment(plan, component));
      break;
    case Component::proxy:
      add(proxy_pods_service(plan));
      add(proxy_service(plan));
      add(proxy_deployment(plan));
      break;
  }
  return stage;
}

Stage configuration_stage(const Plan& plan) {
  Stage stage = make_stage("configuration");
  for (const ComponentTraits& each : component_table) {
    if (exists(plan.spec, each.component)) stage.objects.push_back(config_map(plan, each.component));
  }
  return stage;
}

// All stages, with their gates judged by the world as it is.
class Stages {
 public:
  Stages(const Plan& plan, const Observed& observed)
      : plan_(plan),
        gate_{plan, observed},
        observed_(observed),
        job_(current_db_sync(observed, plan.database, plan.configuration(Component::engine).credentials_digest)) {}

  // The order is the point: each stage needs what stands above it.
  std::vector<Stage> all() const {
    Stage broker = component_stage(plan_, Component::broker);
    Stage engine = component_stage(plan_, Component::engine);
    Stage api = component_stage(plan_, Component::api);
    Stage cfn = component_stage(plan_, Component::cfn);
    Stage proxy = component_stage(plan_, Component::proxy);
    close(engine, Component::engine, {{Component::broker, &broker}});
    close(api, Component::api, {{Component::broker, &broker}, {Component::engine, &engine}});
    close(cfn, Component::cfn, {{Component::broker, &broker}, {Component::engine, &engine}});
    close(proxy, Component::proxy, {{Component::api, &api}, {Component::cfn, &cfn}});

    std::vector<Stage> stages;
    stages.reserve(10);
    stages.push_back(make_stage("credentials", service_account(plan_), credentials_secret(plan_)));
    stages.push_back(configuration_stage(plan_));
    Stage database = database_stage(broker);
    stages.push_back(std::move(broker));
    stages.push_back(std::move(database));
    for (Stage* stage : {&engine, &api, &cfn, &proxy}) stages.push_back(std::move(*stage));
    stages.push_back(maintenance_stage());
    if (auto record = record_stage()) stages.push_back(std::move(*record));
    return stages;
  }

 private:
  using Before = std::vector<std::pair<Component, const Stage*>>;

  void close(Stage& stage, Component component, const Before& before) const {
    if (stage.objects.empty()) return;
    const DesiredObject& workload = stage.objects.back();
    std::optional<std::string> reason;
    for (const auto& [earlier, its_stage] : before) {
      const DesiredObject* its_workload = its_stage->objects.empty() ? nullptr : &its_stage->objects.back();
      if (!reason) reason = gate_.waits_for(earlier, its_workload, workload, component);
    }
    // Engines and APIs of a release find a database that is made for it.
    if (!reason && component != Component::proxy) reason = gate_.waits_for_database(job_, workload, component);
    if (reason) hold(stage, *reason);
  }

  // A Job cannot be changed, and one that is there needs nothing: it is held, which also keeps it from being pruned.
  Stage database_stage(const Stage& broker) const {
    if (job_ != nullptr) {
      Stage stage = make_stage("database", DesiredObject{&kube::types::job, job_->name, {}});
      hold(stage, "Job " + job_->name + " is there");
      return stage;
    }
    Stage stage = make_stage("database", db_sync_job(plan_));
    const WorkloadState state = workload_state(observed_, Component::broker);
    if (!broker.objects.empty() && !(state.serves() && state.ready > 0)) {
      hold(stage, "waiting for broker nodes: " + std::to_string(state.ready) + " of " +
                      std::to_string(replicas(plan_.spec, Component::broker)) + " ready");
    }
    return stage;
  }

  bool is_synced() const { return job_ != nullptr && job_state(*job_) == JobState::complete; }

  // The Jobs that speak for databases of before stay until the one wanted now has ended well: putting the old value
  // back then finds everything as it was.
  std::optional<Stage> record_stage() const {
    Stage stage = make_stage("former-database");
    for (const ObservedChild& job : observed_.jobs) {
      const bool former = job_ == nullptr || job.name != job_->name;
      if (former && !job.deleting && job_state(job) == JobState::complete) {
        stage.objects.push_back({&kube::types::job, job.name, {}});
      }
    }
    if (is_synced() || stage.objects.empty()) return std::nullopt;
    hold(stage, "until the database is as it is wanted");
    return stage;
  }

  // These run on the database as the release and image want it, or as before.
  Stage maintenance_stage() const {
    Stage stage = make_stage("maintenance", purge_cron_job(plan_), service_clean_cron_job(plan_));
    if (!is_synced()) hold(stage, "waiting for Job " + (job_ == nullptr ? plan_.db_sync_job : job_->name));
    return stage;
  }

  const Plan& plan_;
  const Gate gate_;
  const Observed& observed_;
  const ObservedChild* job_;
};

// A ConfigMap goes when no pod can still be made from a revision that names it: every pod of its component runs the
// newest template, and that template is the one that names the ConfigMap wanted now.
std::vector<std::string> kept_config_maps(const Plan& plan, const Observed& observed) {
  std::vector<std::string> names;
  for (const ComponentTraits& each : component_table) {
    const WorkloadState state = workload_state(observed, each.component);
    const auto wanted = plan.configurations.find(each.component);
    if (wanted != plan.configurations.end() && state.settled() && state.config == wanted->second.config_map) continue;
    const std::string prefix = workload_name(plan.spec.name, each.component) + "-";
    for (const ObservedChild& map : observed.config_maps) {
      if (map.name.starts_with(prefix)) names.push_back(map.name);
    }
  }
  return names;
}

}  // namespace

Desired desired(const Spec& spec, const Observed& observed) {
  const Plan plan = make_plan(spec, observed);
  Desired result;
  result.stages = Stages(plan, observed).all();
  result.keep_config_maps = kept_config_maps(plan, observed);
  result.growths = volume_growths(spec, observed);
  // problems() or missing() was not asked: rather nothing than pods with half a configuration.
  if (!plan.credentials) {
    for (Stage& stage : result.stages) hold(stage, "waiting for credentials");
  }
  return result;
}

}  // namespace heat
