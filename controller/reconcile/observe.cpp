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

}  // namespace

kube::Result<void> observe_secrets(const World& world, const heat::Spec& spec, base::Duration max_age,
                                   std::stop_token stop, heat::Observed& observed) {
  const auto read = [&](const std::string& name) {
    return world.secrets.read({spec.namespace_name, name}, max_age, stop);
  };
  const auto data_of = [](const SecretRead& secret) -> std::optional<heat::SecretData> {
    if (!secret.object) return std::nullopt;
    return secret.data;
  };

  const auto database = read(spec.database.secret_name);
  if (!database) return tl::unexpected(database.error());
  observed.database_secret = data_of(*database);

  const auto broker = read(spec.broker.external()->credentials_secret);
  if (!broker) return tl::unexpected(broker.error());
  observed.broker_secret = data_of(*broker);

  const auto key = read(heat::encryption_key_name(spec.name));
  if (!key) return tl::unexpected(key.error());
  if (key->object) {
    // A Secret without the entry is not a missing one: problems() names what is wrong with its (empty) key.
    const auto value = key->data.find(std::string(heat::encryption_key_entry));
    observed.encryption_key = value == key->data.end() ? std::string() : value->second;
  }
  return {};
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
