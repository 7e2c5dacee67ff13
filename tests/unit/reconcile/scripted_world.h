// A World with empty stores over a scripted API server. For one test on one thread.
#pragma once

#include <map>
#include <string_view>

#include "heat/kinds.h"
#include "heat/spec.h"
#include "kube/events.h"
#include "reconcile/world.h"
#include "scripted_api.h"

struct ScriptedWorld {
  ScriptedWorld() {
    for (const heat::WatchedKind& kind : heat::watched_kinds()) {
      if (*kind.type != heat::heat_cluster) children[kind.type->plural] = &stores[kind.type->plural];
    }
  }
  ScriptedWorld(const ScriptedWorld&) = delete;
  ScriptedWorld& operator=(const ScriptedWorld&) = delete;

  reconcile::World world() { return {api.client, clusters, children, secrets, seen, events, api.clock}; }

  ScriptedApi api;
  reconcile::Secrets secrets{api.client, api.clock};
  reconcile::SeenLive seen{api.clock};
  kube::EventRecorder events{api.client, api.clock, api.metrics, "test"};
  kube::Store clusters;
  std::map<std::string_view, kube::Store> stores;
  std::map<std::string_view, kube::Store*> children;
};
