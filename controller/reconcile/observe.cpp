#include "reconcile/observe.h"

#include "heat/component.h"
#include "heat/desired/desired.h"
#include "heat/names.h"

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
std::vector<heat::ObservedClaim> claims(const kube::Store& store, const kube::Object& cluster) {
  std::vector<heat::ObservedClaim> found;
  for (std::int64_t node = 0;; ++node) {
    const std::string name = heat::broker_claim_name(cluster.key.name, node);
    const kube::ObjectPtr claim = store.find({cluster.key.namespace_name, name});
    if (!claim) return found;
    const json::Value fields = claim->parsed();
    found.push_back({name, claim->uid, claim->deleting, json::string_at(fields, "/status/phase") == "Bound",
                     json::string_at(fields, "/spec/resources/requests/storage")});
  }
}

std::optional<heat::SecretData> data_of(SecretRead secret) {
  return secret.object ? std::optional(std::move(secret.data)) : std::nullopt;
}

}  // namespace

kube::Result<void> observe_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, bool is_new,
                                   std::stop_token stop, heat::Observed& observed) {
  observed.secrets.clear();
  for (const std::string& name : heat::secret_names(spec)) {
    if (is_new && spec.encryption_key_secret.empty() && name == heat::encryption_key_name(spec.name)) {
      observed.secrets[name] = std::nullopt;
      continue;
    }
    auto secret = world.secrets.read({spec.namespace_name, name}, max_age, stop);
    if (!secret) return tl::unexpected(secret.error());
    observed.secrets[name] = data_of(std::move(*secret));
  }
  return {};
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

void observe_children(const World& world, const kube::Object& cluster, heat::Observed& observed) {
  observed.jobs = children(world.children(kube::types::job), cluster.uid);
  observed.config_maps = children(world.children(kube::types::config_map), cluster.uid);
  observed.claims = claims(world.children(kube::types::persistent_volume_claim), cluster);
  observed.workloads.clear();
  for (const heat::ComponentTraits& traits : heat::component_table) {
    const std::string name = heat::workload_name(cluster.key.name, traits.component);
    const kube::ObjectPtr workload = world.children(*traits.workload).find({cluster.key.namespace_name, name});
    if (workload && workload->owner_uid == cluster.uid) observed.workloads[traits.component] = child(*workload);
  }
}

}  // namespace reconcile
