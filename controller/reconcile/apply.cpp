#include "reconcile/apply.h"

#include <algorithm>

#include "base/logging.h"
#include "heat/kinds.h"
#include "kube/decode.h"
#include "kube/model/applied_hash.h"
#include "reconcile/explain.h"

namespace reconcile {
namespace {

// How long to leave a former HeatCluster's children to the garbage collector before looking again. The deletes of
// watched kinds wake the key; that of a Secret does not.
constexpr base::Duration collection_time = std::chrono::seconds(1);

std::string describe(const kube::ResourceType& type, const std::string& name) {
  return std::string(type.kind) + " " + name;
}

ApplyFailure wait_for(std::string message, base::Duration delay) {
  ApplyFailure waits;
  waits.message = std::move(message);
  waits.waits = true;
  waits.retry_after = delay;
  return waits;
}

// The watch is about to tell what has changed; the key is woken by it, or looks again by itself.
ApplyFailure overtaken(std::string message) {
  ApplyFailure stale;
  stale.message = std::move(message);
  stale.stale = true;
  stale.retry_after = view_lag;
  return stale;
}

ApplyFailure failure(const kube::ResourceType& type, const std::string& name, const kube::Error& error) {
  ApplyFailure failed;
  failed.message = describe(type, name) + ": " + explain(error);
  failed.retry_after = error.retry_after;
  failed.final = error.invalid();
  return failed;
}

ApplyFailure object_failure(const heat::DesiredObject& object, const kube::Error& error) {
  return failure(*object.type, object.name, error);
}

// The API server answers 403 both where RBAC lets nobody patch claims and where the StorageClass lets no claim grow;
// only its words tell which.
ApplyFailure growth_failure(const heat::DesiredObject& claim, const kube::Error& error) {
  const bool no_right = error.forbidden() && error.message.find("cannot patch resource") != std::string::npos;
  if (no_right || !(error.forbidden() || error.invalid())) return failure(*claim.type, claim.name, error);
  ApplyFailure refused;
  refused.message =
      "spec.broker.managed.storage.size: " + describe(*claim.type, claim.name) + " cannot grow to " +
      json::string_at(claim.body(), "/spec/resources/requests/storage") + ": " + error.text() +
      "; the broker goes on in the old size. Set allowVolumeExpansion: true in its StorageClass where its "
      "driver can do that";
  refused.final = true;
  return refused;
}

ApplyFailure taken(const kube::ResourceType& type, const std::string& name, const std::string& by) {
  ApplyFailure failed;
  failed.message = describe(type, name) + " exists already and is not this HeatCluster's (" + by +
                   "); rename or delete it, or give the HeatCluster another name";
  failed.final = true;
  return failed;
}

// Whether an apply without force can land on an object of somebody else's: where it has nothing that must differ from
// ours. All other kinds have (a selector, a service name, a schedule, the hash of the content in the name), so that the
// API server answers with a conflict.
bool merges_silently(const kube::ResourceType& type) { return type == kube::types::service_account; }

std::int64_t replicas_of(const json::Value& workload) { return json::integer_at(workload, "/spec/replicas"); }

}  // namespace

Applier::Applier(const World& world, const kube::Object& cluster, bool is_new, std::stop_token stop)
    : world_(world), cluster_(cluster), is_new_(is_new), stop_(std::move(stop)) {}

base::Result<void, ApplyFailure> Applier::apply(const heat::Desired& desired) {
  for (const heat::Stage& stage : desired.stages) {
    if (stage.mode != heat::Stage::Mode::apply) continue;
    for (const heat::DesiredObject& object : stage.objects) {
      if (auto applied = apply_object(object); !applied) return applied;
    }
  }
  return {};
}

base::Result<void, ApplyFailure> Applier::apply_counts(const heat::Desired& desired) {
  for (const heat::Stage& stage : desired.stages) {
    if (stage.mode != heat::Stage::Mode::apply) continue;
    for (const heat::DesiredObject& object : stage.objects) {
      const kube::ObjectPtr live = differing_in_count(object);
      if (!live) continue;
      const bool more = replicas_of(object.body()) > replicas_of(live->parsed());
      if (!more && !world_.seen_live.not_behind(cluster_)) {
        if (auto current = still_current(); !current) return current;
      }
      if (auto updated = update(object, *live, true); !updated) return updated;
    }
  }
  return {};
}

kube::ObjectPtr Applier::differing_in_count(const heat::DesiredObject& object) const {
  if (*object.type != kube::types::stateful_set && *object.type != kube::types::deployment) return nullptr;
  const kube::Store* store = world_.store_of(*object.type);
  kube::ObjectPtr live = store->find({cluster_.key.namespace_name, object.name});
  if (!live || live->deleting || live->owner_uid != cluster_.uid) return nullptr;
  if (live->applied_hash == object.hash()) return nullptr;
  const std::int64_t live_count = replicas_of(live->parsed());
  if (live_count == replicas_of(object.body())) return nullptr;
  json::Value with_live_count = object.body();
  with_live_count["spec"]["replicas"] = live_count;
  return live->applied_hash == kube::applied_hash(with_live_count) ? live : nullptr;
}

base::Result<void, ApplyFailure> Applier::apply_object(const heat::DesiredObject& object) {
  const auto live = live_state(object);
  if (!live) return tl::unexpected(live.error());
  if (!*live) {
    if (is_new_) return create(object);
    return still_current().and_then([&] { return create(object); });
  }

  const kube::Object& existing = **live;
  if (existing.owner_uid != cluster_.uid && !existing.owner_uid.empty()) {
    const bool former = existing.owner_kind == heat::heat_cluster.kind && existing.owner_name == cluster_.key.name;
    if (!former)
      return tl::unexpected(
          taken(*object.type, object.name, "it is " + existing.owner_kind + " " + existing.owner_name + "'s"));
    return tl::unexpected(wait_for("waiting until " + describe(*object.type, object.name) +
                                       " of the former HeatCluster " + cluster_.key.name + " is gone",
                                   collection_time));
  }
  if (existing.deleting) {
    return tl::unexpected(
        wait_for("waiting until " + describe(*object.type, object.name) + " is deleted", collection_time));
  }
  if (existing.applied_hash == object.hash()) return {};
  if (auto current = still_current(); !current) return current;
  // Without an owner it is somebody else's, unless the API server finds no conflict.
  return existing.owner_uid == cluster_.uid ? update(object, existing) : create(object);
}

base::Result<kube::ObjectPtr, ApplyFailure> Applier::live_state(const heat::DesiredObject& object) {
  const kube::ObjectKey key{cluster_.key.namespace_name, object.name};
  if (const kube::Store* store = world_.store_of(*object.type)) {
    if (auto known = store->find(key)) return known;
    if (!merges_silently(*object.type)) return kube::ObjectPtr();
    // The watch shows only what carries our label: so its name is asked for first.
    const auto body = world_.client.get(*object.type, key, stop_);
    if (!body) {
      if (body.error().not_found()) return kube::ObjectPtr();
      return tl::unexpected(failure(*object.type, object.name, body.error()));
    }
    auto found = kube::decode_object(*body, *object.type, heat::projection_of(*object.type));
    if (!found) return tl::unexpected(ApplyFailure{describe(*object.type, object.name) + ": " + found.error().message});
    if ((*found)->owner_uid.empty()) return tl::unexpected(taken(*object.type, object.name, "it has no owner"));
    return kube::ObjectPtr(std::move(*found));
  }
  // A Secret of our own, which observe_secrets() does not read. Where it is another's somebody deletes or renames it,
  // and no watch says so.
  auto secret = world_.secrets.read(key, own_secret_max_age, stop_);
  if (secret && secret->object && secret->object->owner_uid != cluster_.uid) {
    secret = world_.secrets.read(key, base::Duration{0}, stop_);
  }
  if (!secret) return tl::unexpected(failure(*object.type, object.name, secret.error()));
  if (secret->object && secret->object->owner_uid.empty()) {
    return tl::unexpected(taken(*object.type, object.name, "it has no owner"));
  }
  return secret->object;
}

// Without force: where somebody else has an object of that name, the API server answers with a conflict.
base::Result<void, ApplyFailure> Applier::create(const heat::DesiredObject& object) {
  const auto applied = send(object, object.body().dump(), false, object_failure);
  return applied ? remember(object, *applied) : tl::unexpected(applied.error());
}

// Ours by owner: taken back with force, but only this one, never one made anew. `this_version`: nor a later state of
// it.
base::Result<void, ApplyFailure> Applier::update(const heat::DesiredObject& object, const kube::Object& existing,
                                                 bool this_version) {
  json::Value body = object.body();
  body["metadata"]["uid"] = existing.uid;
  if (this_version) body["metadata"]["resourceVersion"] = existing.resource_version;
  const auto applied = send(object, body.dump(), true, object_failure);
  return applied ? remember(object, *applied) : tl::unexpected(applied.error());
}

base::Result<kube::Applied, ApplyFailure> Applier::send(const heat::DesiredObject& object, std::string body, bool force,
                                                        Explain explain_refusal) {
  // Between two objects the HeatCluster may go: what is made after that is made for the garbage collector.
  const kube::ObjectPtr known = world_.clusters.find(cluster_.key);
  if (!known || known->uid != cluster_.uid || known->deleting) {
    return tl::unexpected(overtaken("the HeatCluster is gone"));
  }
  kube::ApplyOptions options;
  options.force = force;
  wrote_ = true;
  const kube::ObjectKey key{cluster_.key.namespace_name, object.name};
  auto applied = world_.client.apply(*object.type, key, std::move(body), options, stop_);
  if (applied) return std::move(*applied);
  const kube::Error& error = applied.error();
  if (!error.conflict()) return tl::unexpected(explain_refusal(object, error));
  if (!force) return tl::unexpected(taken(*object.type, object.name, error.message));
  if (*object.type == kube::types::secret) world_.secrets.forget(key);
  return tl::unexpected(overtaken(describe(*object.type, object.name) + " has changed meanwhile"));
}

base::Result<void, ApplyFailure> Applier::remember(const heat::DesiredObject& object, const kube::Applied& applied) {
  const kube::ObjectKey key{cluster_.key.namespace_name, object.name};
  base::log::debug("applied", {{"kind", object.type->kind}, {"namespace", key.namespace_name}, {"name", key.name}});
  if (*object.type == kube::types::secret) {
    if (auto kept = world_.secrets.wrote(key, applied.body); !kept) {
      return tl::unexpected(failure(*object.type, object.name, kept.error()));
    }
    return {};
  }
  auto now = kube::decode_object(applied.body, *object.type, heat::projection_of(*object.type));
  if (!now) return tl::unexpected(ApplyFailure{describe(*object.type, object.name) + ": " + now.error().message});
  kube::Store& store = *world_.store_of(*object.type);
  if (!applied.created && !store.find(key)) view_lags_ = true;
  store.wrote(*now, applied.created);
  return {};
}

base::Result<void, ApplyFailure> Applier::grow(const heat::Desired& desired) {
  base::Result<void, ApplyFailure> result;
  for (const heat::DesiredObject& claim : desired.growths) {
    if (auto grown = grow_claim(claim); !grown && result) result = std::move(grown);
  }
  return result;
}

// With force, since the size is what the StatefulSet's controller wrote; only of what is there, for only a StatefulSet
// makes claims.
base::Result<void, ApplyFailure> Applier::grow_claim(const heat::DesiredObject& claim) {
  // Nothing can take it back.
  if (auto current = still_current(); !current) return current;
  const auto applied = send(claim, claim.body().dump(), true, growth_failure);
  if (!applied) return tl::unexpected(applied.error());
  base::log::info("volume grows", {{"namespace", cluster_.key.namespace_name},
                                   {"claim", claim.name},
                                   {"size", json::string_at(claim.body(), "/spec/resources/requests/storage")}});
  return remember(claim, *applied);
}

base::Result<void, ApplyFailure> Applier::still_current() {
  if (checked_current_ || world_.seen_live.recently(cluster_)) return {};
  const auto body = world_.client.get(heat::heat_cluster, cluster_.key, stop_);
  if (!body) {
    if (body.error().not_found()) return tl::unexpected(overtaken("the HeatCluster is gone"));
    return tl::unexpected(failure(heat::heat_cluster, cluster_.key.name, body.error()));
  }
  const auto live = kube::decode_object(*body, heat::heat_cluster, {});
  if (!live) return tl::unexpected(ApplyFailure{live.error().message});
  const bool same = (*live)->uid == cluster_.uid && (*live)->generation == cluster_.generation && !(*live)->deleting;
  if (!same) return tl::unexpected(overtaken("the HeatCluster has changed meanwhile"));
  world_.seen_live.saw(**live);
  checked_current_ = true;
  return {};
}

base::Result<void, ApplyFailure> Applier::prune(const heat::Desired& desired) {
  const auto wanted = [&](const kube::ResourceType& type, const std::string& name) {
    for (const heat::Stage& stage : desired.stages) {
      if (stage.mode == heat::Stage::Mode::absent) continue;
      for (const heat::DesiredObject& object : stage.objects) {
        if (*object.type == type && object.name == name) return true;
      }
    }
    return type == kube::types::config_map &&
           std::find(desired.keep_config_maps.begin(), desired.keep_config_maps.end(), name) !=
               desired.keep_config_maps.end();
  };
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    if (!kind.child()) continue;
    for (const kube::ObjectPtr& object : world_.store_of(*kind.type)->owned_by(cluster_.uid)) {
      if (object->deleting || wanted(*kind.type, object->key.name)) continue;
      if (auto removed = remove(*kind.type, *object); !removed) return removed;
    }
  }
  return {};
}

base::Result<void, ApplyFailure> Applier::remove(const kube::ResourceType& type, const kube::Object& object) {
  if (auto current = still_current(); !current) return current;
  wrote_ = true;
  const auto removed = world_.client.remove(type, object.key, {object.uid, object.resource_version}, stop_);
  if (!removed && !removed.error().conflict()) return tl::unexpected(failure(type, object.key.name, removed.error()));
  // A conflict: it has changed since we saw it. The watch brings the new state, and with it the key.
  if (removed) world_.store_of(type)->removed(object.key, object.uid);
  base::log::info("pruned", {{"kind", type.kind}, {"namespace", object.key.namespace_name}, {"name", object.key.name}});
  return {};
}

}  // namespace reconcile
