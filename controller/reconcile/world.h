// Where the reconciler reads and writes: the stores, the client, Secrets by name. One for the process.
#pragma once

#include <stop_token>

#include "base/clock.h"
#include "kube/client.h"
#include "kube/events.h"
#include "kube/store.h"
#include "reconcile/secrets.h"
#include "reconcile/seen_live.h"

namespace reconcile {

// References only; everything they refer to is thread-safe and outlives it.
struct World {
  kube::Client& client;
  kube::Store& clusters;
  kube::Store& stateful_sets;
  kube::Store& jobs;
  kube::Store& config_maps;
  kube::Store& services;
  kube::Store& service_accounts;
  Secrets& secrets;
  SeenLive& seen_live;
  kube::EventRecorder& events;
  const base::Clock& clock;

  // The store of a watched kind; null for Secrets, which nobody may watch.
  kube::Store* store_of(const kube::ResourceType& type) const;
};

}  // namespace reconcile
