#include "heat/desired/desired.h"

#include "base/hash.h"
#include "heat/config/credentials_conf.h"
#include "heat/config/heat_conf.h"
#include "heat/db_sync_state.h"
#include "heat/desired/objects.h"
#include "heat/encryption_key.h"
#include "heat/names.h"
#include "heat/workload_state.h"

namespace heat {
namespace {

using Mode = Stage::Mode;

std::string short_hash(const std::string& content, std::size_t digits) {
  return base::sha256_hex(content).substr(0, digits);
}

Plan make_plan(const Spec& spec, const Observed& observed) {
  Plan plan{spec, heat_conf(spec), {}, {}, {}, {}, {}};
  plan.config_map = config_map_name(spec.name, engine_component, short_hash(plan.heat_conf, 10));
  static const SecretData nothing;
  const auto data = [&](const std::string& name) -> const SecretData& {
    const SecretData* secret = observed.secret(name);
    return secret == nullptr ? nothing : *secret;
  };
  const auto login = broker_login(spec, data(spec.broker.external()->credentials_secret));
  const auto database = database_access(spec, data(spec.database.secret_name));
  const std::string key = encryption_key(spec, observed).value_or("");
  if (login && database && !key.empty()) plan.credentials_conf = credentials_conf(spec, *login, *database, key);
  plan.credentials_digest = base::hmac_sha256_hex(key, plan.credentials_conf);
  const std::string identity = database ? database->identity : std::string();
  plan.database = short_hash(spec.release + "\n" + spec.images.heat.reference + "\n" + identity, 16);
  // The credentials take part in the name, not in the annotation: a try with others is another Job, but a Job that is
  // complete stays the record whatever the password becomes.
  plan.db_sync_job = db_sync_name(spec.name, short_hash(plan.database + plan.credentials_digest, 8));
  return plan;
}

// Objects are moved in: an initializer list would copy each body.
template <typename... Objects>
Stage make_stage(std::string name, Objects&&... objects) {
  Stage stage;
  stage.name = std::move(name);
  stage.objects.reserve(sizeof...(objects));
  (stage.objects.push_back(std::forward<Objects>(objects)), ...);
  return stage;
}

// A Job cannot be changed, and one that is there needs nothing: it is held, which also keeps it from being pruned.
Stage database_stage(const Plan& plan, const ObservedChild* job) {
  if (job == nullptr) return make_stage("database", db_sync_job(plan));
  Stage stage = make_stage("database", DesiredObject{&kube::types::job, job->name, {}});
  stage.mode = Mode::hold;
  stage.reason = "Job " + job->name + " is there";
  return stage;
}

Stage engine_stage(const Plan& plan, const ObservedChild* job) {
  Stage stage = make_stage("engine", engine_service(plan), engine_stateful_set(plan));
  if (job == nullptr || job_state(*job) != JobState::complete) {
    stage.mode = Mode::hold;
    stage.reason = "waiting for Job " + (job == nullptr ? plan.db_sync_job : job->name);
  }
  return stage;
}

// A ConfigMap goes when no pod can still be made from a revision that names it: every pod runs the newest template, and
// that template is the one that names the ConfigMap wanted now.
std::vector<std::string> kept_config_maps(const Plan& plan, const Observed& observed) {
  const WorkloadState engine = workload_state(observed, Component::engine);
  std::vector<std::string> names;
  if (engine.settled() && engine.config == plan.config_map) return names;
  for (const ObservedChild& map : observed.config_maps) names.push_back(map.name);
  return names;
}

// problems() or missing() was not asked: rather nothing than engines with half a configuration.
void hold_everything(Desired& desired) {
  for (Stage& stage : desired.stages) {
    stage.mode = Mode::hold;
    stage.reason = "waiting for credentials";
  }
}

}  // namespace

Desired desired(const Spec& spec, const Observed& observed) {
  const Plan plan = make_plan(spec, observed);
  const ObservedChild* job = current_db_sync(observed, plan.database, plan.credentials_digest);

  // The order is the point: each stage needs what stands above it.
  Desired result;
  result.stages.reserve(4);
  result.stages.push_back(make_stage("credentials", service_account(plan), credentials_secret(plan)));
  result.stages.push_back(make_stage("configuration", config_map(plan)));
  result.stages.push_back(database_stage(plan, job));
  result.stages.push_back(engine_stage(plan, job));
  result.keep_config_maps = kept_config_maps(plan, observed);
  if (plan.credentials_conf.empty()) hold_everything(result);
  return result;
}

}  // namespace heat
