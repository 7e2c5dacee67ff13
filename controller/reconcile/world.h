// Where the reconciler reads and writes: the stores, the client, Secrets by name. One for the process.
#pragma once

#include <map>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "kube/client.h"
#include "kube/events.h"
#include "kube/store.h"
#include "reconcile/secrets.h"
#include "reconcile/seen_live.h"
#include "reconcile/workload_health.h"

namespace reconcile {

// References only; everything they refer to is thread-safe and outlives it.
struct World {
  kube::Client& client;
  kube::Store& clusters;
  std::map<std::string_view, kube::Store*>
      stores;  // of every kind but the HeatCluster that heat::watched_kinds() names, by plural
  Secrets& secrets;
  SeenLive& seen_live;
  kube::EventRecorder& events;
  const base::Clock& clock;
  WorkloadHealth* health = nullptr;  // null: nobody is asked how he is

  // The store of a watched kind; null for Secrets, which nobody may watch.
  kube::Store* store_of(const kube::ResourceType& type) const;
  // As store_of(), for a kind that is watched.
  kube::Store& children(const kube::ResourceType& type) const { return *stores.at(type.plural); }
};

}  // namespace reconcile
