#include "reconcile/observe.h"

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

std::vector<std::string> secret_names(const heat::Spec& spec) {
  return {spec.database.secret_name, spec.broker.credentials_secret, heat::encryption_key_name(spec.name)};
}

// `secrets` are those of secret_names(), in that order.
void fill_in(const std::vector<SecretRead>& secrets, heat::Observed& observed) {
  const auto data_of = [](const SecretRead& secret) -> std::optional<heat::SecretData> {
    if (!secret.object) return std::nullopt;
    return secret.data;
  };
  observed.database_secret = data_of(secrets[0]);
  observed.broker_secret = data_of(secrets[1]);
  observed.encryption_key.reset();
  if (!secrets[2].object) return;
  // A Secret without the entry is not a missing one: problems() names what is wrong with its (empty) key.
  const auto value = secrets[2].data.find(std::string(heat::encryption_key_entry));
  observed.encryption_key = value == secrets[2].data.end() ? std::string() : value->second;
}

}  // namespace

kube::Result<void> observe_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, bool is_new,
                                   std::stop_token stop, heat::Observed& observed) {
  std::vector<SecretRead> secrets;
  for (const std::string& name : secret_names(spec)) {
    if (is_new && name == heat::encryption_key_name(spec.name)) {
      secrets.emplace_back();
      continue;
    }
    auto secret = world.secrets.read({spec.namespace_name, name}, max_age, stop);
    if (!secret) return tl::unexpected(secret.error());
    secrets.push_back(std::move(*secret));
  }
  fill_in(secrets, observed);
  return {};
}

bool recall_secrets(const World& world, const heat::Spec& spec, base::Duration max_age, heat::Observed& observed) {
  std::vector<SecretRead> secrets;
  for (const std::string& name : secret_names(spec)) {
    auto secret = world.secrets.known({spec.namespace_name, name}, max_age);
    if (!secret) return false;
    secrets.push_back(std::move(*secret));
  }
  fill_in(secrets, observed);
  return true;
}

void observe_children(const World& world, const kube::Object& cluster, heat::Observed& observed) {
  observed.jobs = children(world.jobs, cluster.uid);
  observed.config_maps = children(world.config_maps, cluster.uid);
  observed.engine.reset();
  const kube::ObjectPtr engine =
      world.stateful_sets.find({cluster.key.namespace_name, heat::engine_name(cluster.key.name)});
  if (engine && engine->owner_uid == cluster.uid) observed.engine = child(*engine);
}

}  // namespace reconcile
