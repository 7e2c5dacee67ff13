#include "reconcile/world.h"

namespace reconcile {

kube::Store* World::store_of(const kube::ResourceType& type) const {
  if (type == kube::types::stateful_set) return &stateful_sets;
  if (type == kube::types::job) return &jobs;
  if (type == kube::types::config_map) return &config_maps;
  if (type == kube::types::service) return &services;
  if (type == kube::types::service_account) return &service_accounts;
  return nullptr;
}

}  // namespace reconcile
