#include "reconcile/observe.h"

#include "base/hash.h"
#include "heat/component.h"
#include "heat/config/broker_access.h"
#include "heat/config/credentials.h"
#include "heat/config/rabbitmq_conf.h"
#include "heat/desired/desired.h"
#include "heat/encryption_key.h"
#include "heat/kinds.h"
#include "heat/names.h"
#include "heat/workload_state.h"

namespace reconcile {
namespace {

heat::ObservedChild child(const kube::Object& object) {
  return {object.key.name, object.deleting, object.generation, object.parsed()};
}

std::vector<heat::ObservedChild> children(const kube::Store& store, const std::string& owner_uid) {
  std::vector<heat::ObservedChild> found;
  for (const kube::ObjectPtr& object : store.owned_by(owner_uid)) found.push_back(child(*object));
  return found;
}

// One after another by name: a broker's nodes are numbered from 0, without a gap, and a few more may be left of a
// former broker. Most HeatClusters that have no broker of their own are told by the first look.
std::vector<kube::ObjectPtr> claims_of(const World& world, const kube::Object& cluster) {
  const kube::Store& store = world.children(kube::types::persistent_volume_claim);
  std::vector<kube::ObjectPtr> found;
  for (std::int64_t node = 0;; ++node) {
    kube::ObjectPtr claim = store.find({cluster.key.namespace_name, heat::broker_claim_name(cluster.key.name, node)});
    if (!claim) return found;
    found.push_back(std::move(claim));
  }
}

heat::ObservedClaim claim(const kube::Object& object) {
  const json::Value fields = object.parsed();
  return {object.key.name, object.uid, object.deleting, json::string_at(fields, "/status/phase") == "Bound",
          json::string_at(fields, "/spec/resources/requests/storage")};
}

void add(base::Hash64& hash, const kube::Object& object) {
  hash.add(object.uid);
  hash.add('@');
  hash.add(object.resource_version);
  hash.add('\n');
}

std::optional<heat::SecretData> data_of(SecretRead secret) {
  return secret.object ? std::optional(std::move(secret.data)) : std::nullopt;
}

std::string url_in_the_cluster(const heat::Spec& spec, const std::string& service, long port) {
  return "http://" + service + "." + spec.namespace_name + ".svc:" + std::to_string(port);
}

// Nothing: there is no broker of ours.
std::optional<BrokerQuestion> broker_question(const heat::Spec& spec, const heat::Observed& observed) {
  const heat::ManagedBroker* managed = spec.broker.managed();
  const auto key = heat::encryption_key(spec, observed);
  if (managed == nullptr || !key || !observed.workloads.contains(heat::Component::broker)) return std::nullopt;
  const std::int64_t generation = managed->credentials_generation;
  BrokerQuestion question{url_in_the_cluster(spec, heat::broker_nodes_name(spec.name), heat::broker_management_port),
                          heat::managed_broker_login(spec, generation, *key), managed->replicas};
  if (generation > 1) question.former_login = heat::managed_broker_login(spec, generation - 1, *key);
  return question;
}

// Nothing: no API of ours would answer, for an engine does the answering.
std::optional<EngineQuestion> engine_question(const heat::Spec& spec, const heat::Observed& observed) {
  const heat::WorkloadState engines = heat::workload_state(observed, heat::Component::engine);
  if (engines.ready == 0 || heat::workload_state(observed, heat::Component::api).ready == 0) return std::nullopt;
  EngineQuestion question{url_in_the_cluster(spec, heat::workload_name(spec.name, heat::Component::api),
                                             heat::traits(heat::Component::api).port),
                          heat::workload_name(spec.name, heat::Component::engine), engines.ready, std::nullopt};
  if (const heat::Keystone* keystone = spec.keystone()) {
    const heat::SecretData* secret = observed.secret(keystone->secret_name);
    if (secret == nullptr) return std::nullopt;
    auto login = heat::keystone_login(spec, *secret);
    if (!login) return std::nullopt;
    question.user = KeystoneUser{keystone->auth_url, std::move(*login)};
  }
  return question;
}

}  // namespace

kube::Result<std::map<std::string, std::string>> observe_secrets(const World& world, const heat::Spec& spec,
                                                                 base::Duration max_age, bool is_new,
                                                                 std::stop_token stop, heat::Observed& observed) {
  std::map<std::string, std::string> versions;
  observed.secrets.clear();
  for (const std::string& name : heat::secret_names(spec)) {
    if (is_new && spec.encryption_key_secret.empty() && name == heat::encryption_key_name(spec.name)) {
      observed.secrets[name] = std::nullopt;
      continue;
    }
    auto secret = world.secrets.read({spec.namespace_name, name}, max_age, stop);
    if (!secret) return tl::unexpected(secret.error());
    versions[name] = secret->version();
    observed.secrets[name] = data_of(std::move(*secret));
  }
  return versions;
}

bool recall_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, heat::Observed& observed) {
  observed.secrets.clear();
  for (const std::string& name : heat::secret_names(spec)) {
    auto secret = world.secrets.known({spec.namespace_name, name}, max_age);
    if (!secret) return false;
    observed.secrets[name] = data_of(std::move(*secret));
  }
  return true;
}

std::uint64_t view_of(const World& world, const kube::Object& cluster) {
  base::Hash64 hash;
  add(hash, cluster);
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    if (!kind.child()) continue;
    for (const kube::ObjectPtr& object : world.children(*kind.type).owned_by(cluster.uid)) add(hash, *object);
  }
  for (const kube::ObjectPtr& claim : claims_of(world, cluster)) add(hash, *claim);
  if (world.health != nullptr) hash.add(world.health->version(cluster.key));
  return hash.value();
}

void observe_health(const World& world, const kube::Object& cluster, const heat::Spec& spec, heat::Observed& observed) {
  observed.broker_report.reset();
  observed.engine_report.reset();
  if (world.health == nullptr) return;
  observed.broker_report = world.health->brokers.report(cluster.key, broker_question(spec, observed));
  observed.engine_report = world.health->engines.report(cluster.key, engine_question(spec, observed));
}

void observe_children(const World& world, const kube::Object& cluster, heat::Observed& observed) {
  observed.jobs = children(world.children(kube::types::job), cluster.uid);
  observed.config_maps = children(world.children(kube::types::config_map), cluster.uid);
  observed.claims.clear();
  for (const kube::ObjectPtr& object : claims_of(world, cluster)) observed.claims.push_back(claim(*object));
  observed.workloads.clear();
  for (const heat::ComponentTraits& traits : heat::component_table) {
    const std::string name = heat::workload_name(cluster.key.name, traits.component);
    const kube::ObjectPtr workload = world.children(*traits.workload).find({cluster.key.namespace_name, name});
    if (workload && workload->owner_uid == cluster.uid) observed.workloads[traits.component] = child(*workload);
  }
}

}  // namespace reconcile
