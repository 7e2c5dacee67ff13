#include "heat/desired/desired.h"

#include <utility>

#include "heat/component.h"
#include "heat/desired/broker_login.h"
#include "heat/desired/broker_upgrade.h"
#include "heat/desired/catalogue.h"
#include "heat/desired/gates.h"
#include "heat/desired/renderer.h"
#include "heat/desired/volume_growth.h"
#include "heat/names.h"
#include "heat/one_time_job.h"
#include "heat/workload_state.h"

namespace heat {
namespace {

using Mode = Stage::Mode;

void hold(Stage& stage, std::string reason) {
  stage.mode = Mode::hold;
  stage.reason = std::move(reason);
}

// All stages, with their gates judged by the world as it is.
class Stages {
 public:
  Stages(const std::shared_ptr<Renderer>& renderer, const Observed& observed)
      : spec_(renderer->spec()),
        prints_(renderer->prints()),
        broker_step_(renderer->live().broker_step),
        catalogue_(renderer),
        gate_{spec_, observed},
        observed_(observed),
        db_sync_(current_job(observed, prints_.db_sync)),
        bootstrap_(prints_.keystone_bootstrap ? current_job(observed, *prints_.keystone_bootstrap) : nullptr) {}

  // The order is the point: each stage needs what stands above it.
  std::vector<Stage> all() const {
    Stage broker = catalogue_.component(Component::broker);
    Stage engine = catalogue_.component(Component::engine);
    Stage api = catalogue_.component(Component::api);
    Stage cfn = catalogue_.component(Component::cfn);
    Stage proxy = catalogue_.component(Component::proxy);
    close(engine, Component::engine, {{Component::broker, &broker}});
    close(api, Component::api, {{Component::broker, &broker}, {Component::engine, &engine}});
    close(cfn, Component::cfn, {{Component::broker, &broker}, {Component::engine, &engine}});
    close(proxy, Component::proxy, {{Component::api, &api}, {Component::cfn, &cfn}});

    std::vector<Stage> stages;
    stages.reserve(12);
    stages.push_back(catalogue_.credentials());
    stages.push_back(catalogue_.configuration());
    Stage database = database_stage(broker);
    stages.push_back(std::move(broker));
    if (broker_step_) stages.push_back(broker_check_stage());
    stages.push_back(std::move(database));
    if (prints_.keystone_bootstrap) stages.push_back(identity_stage());
    for (Stage* stage : {&engine, &api, &cfn, &proxy}) stages.push_back(std::move(*stage));
    stages.push_back(maintenance_stage());
    if (const auto job = broker_users(spec_)) stages.push_back(broker_users_stage(*job));
    if (auto record = record_stage()) stages.push_back(std::move(*record));
    if (auto record = broker_record_stage()) stages.push_back(std::move(*record));
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
    // Engines and APIs of a release find a database that is made for it, and a Keystone that knows their user.
    if (component != Component::proxy) {
      if (!reason) reason = gate_.waits_for_job(prints_.db_sync, db_sync_, workload, component);
      const auto& bootstrap = prints_.keystone_bootstrap;
      if (!reason && bootstrap) reason = gate_.waits_for_job(*bootstrap, bootstrap_, workload, component);
    }
    if (reason) hold(stage, *reason);
  }

  // A Job cannot be changed, and one that is there needs nothing: it is held, which also keeps it from being pruned.
  static Stage there_already(const char* stage_name, const ObservedChild& job) {
    Stage stage;
    stage.name = stage_name;
    stage.objects.emplace_back(kube::types::job, job.name);
    hold(stage, "Job " + job.name + " is there");
    return stage;
  }

  Stage database_stage(const Stage& broker) const {
    if (db_sync_ != nullptr) return there_already("database", *db_sync_);
    Stage stage = catalogue_.database();
    if (broker.objects.empty()) return stage;
    const WorkloadState state = workload_state(observed_, Component::broker);
    if (!state.serves() || state.ready == 0) {
      hold(stage, "waiting for broker nodes: " + std::to_string(state.ready) + " of " +
                      std::to_string(replicas(spec_, Component::broker)) + " ready");
    } else if (!state.has_rolled_onto(prints_.configuration(Component::broker).credentials_digest)) {
      // The Job would be refused: nodes learn of another user when they start.
      hold(stage, "waiting for broker nodes: rolling out, with the login that shall be tried");
    }
    return stage;
  }

  // It asks the nodes, so one must be there.
  Stage broker_check_stage() const {
    if (const ObservedChild* job = current_job(observed_, broker_step_->check)) {
      return there_already("broker-check", *job);
    }
    Stage stage = catalogue_.broker_check();
    if (workload_state(observed_, Component::broker).ready == 0) {
      hold(stage, "no broker node runs that could tell whether " + spec_.images.rabbitmq.reference + " can follow " +
                      broker_step_->from.reference + ": put the image of before back; where no node will run again, " +
                      "kubectl delete -n " + spec_.namespace_name + " --cascade=orphan statefulset/" +
                      workload_name(spec_.name, Component::broker) + " has the new one tried without asking");
    }
    return stage;
  }

  Stage broker_users_stage(const OneTimeJob& wanted) const {
    if (const ObservedChild* job = current_job(observed_, wanted)) return there_already("broker-users", *job);
    Stage stage = catalogue_.broker_users();
    if (auto reason = former_users_are_needed(spec_, prints_, observed_)) hold(stage, std::move(*reason));
    return stage;
  }

  // The answers by which the nodes get another image.
  std::optional<Stage> broker_record_stage() const {
    Stage stage;
    stage.name = "broker-checked";
    for (const ObservedChild* job : broker_steps_on_the_way(spec_, observed_)) {
      stage.objects.emplace_back(kube::types::job, job->name);
    }
    if (stage.objects.empty()) return std::nullopt;
    hold(stage, "until all of the broker's nodes have their image");
    return stage;
  }

  // Waits for nothing: it needs Keystone alone.
  Stage identity_stage() const {
    return bootstrap_ != nullptr ? there_already("identity", *bootstrap_) : catalogue_.identity();
  }

  bool is_synced() const { return db_sync_ != nullptr && job_state(*db_sync_) == JobState::complete; }

  // The Jobs that speak for databases of before stay until the one wanted now has ended well: putting the old value
  // back then finds everything as it was.
  std::optional<Stage> record_stage() const {
    Stage stage;
    stage.name = "former-database";
    for (const ObservedChild& job : observed_.jobs) {
      if (is_former(job, prints_.db_sync, db_sync_)) stage.objects.emplace_back(kube::types::job, job.name);
    }
    if (is_synced() || stage.objects.empty()) return std::nullopt;
    hold(stage, "until the database is as it is wanted");
    return stage;
  }

  // These run on the database as the release and image want it, or as before.
  Stage maintenance_stage() const {
    Stage stage = catalogue_.maintenance();
    if (!is_synced()) hold(stage, "waiting for Job " + (db_sync_ == nullptr ? prints_.db_sync.name : db_sync_->name));
    return stage;
  }

  const Spec& spec_;
  const Prints& prints_;
  const std::optional<BrokerStep>& broker_step_;
  const Catalogue catalogue_;
  const Gate gate_;
  const Observed& observed_;
  const ObservedChild* db_sync_;    // the Job that speaks for the database; null: none
  const ObservedChild* bootstrap_;  // the same for Keystone
};

// A ConfigMap goes when no pod can still be made from a revision that names it: every pod of its component runs the
// newest template, and that template is the one that names the ConfigMap wanted now.
std::vector<std::string> kept_config_maps(const Spec& spec, const Prints& prints, const Observed& observed) {
  std::vector<std::string> names;
  for (const ComponentTraits& each : component_table) {
    const WorkloadState state = workload_state(observed, each.component);
    const auto wanted = prints.configurations.find(each.component);
    if (wanted != prints.configurations.end() && state.settled() && state.config == wanted->second.config_map) continue;
    const std::string prefix = workload_name(spec.name, each.component) + "-";
    for (const ObservedChild& map : observed.config_maps) {
      if (map.name.starts_with(prefix)) names.push_back(map.name);
    }
  }
  return names;
}

}  // namespace

Desired desired(const Spec& spec, const Observed& observed, std::shared_ptr<Prints> known) {
  const auto renderer =
      std::make_shared<Renderer>(spec, observed, known ? std::move(known) : std::make_shared<Prints>());
  const Prints& prints = renderer->prints();
  Desired result;
  result.stages = Stages(renderer, observed).all();
  for (const auto& [component, configuration] : prints.configurations) {
    result.pods[component] = {replicas(spec, component), configuration};
  }
  result.draining_release = renderer->live().draining_release;
  if (!result.draining_release.empty()) result.pods[Component::engine].replicas = 0;
  if (const auto& step = renderer->live().broker_step) result.kept_broker_image = step->from.reference;
  result.keep_config_maps = kept_config_maps(spec, prints, observed);
  result.growths = volume_growths(spec, observed);
  // problems() or missing() was not asked: rather nothing than pods with half a configuration.
  if (!prints.has_credentials) {
    for (Stage& stage : result.stages) hold(stage, "waiting for credentials");
  }
  return result;
}

}  // namespace heat
