#include "reconcile/world.h"

namespace reconcile {

kube::Store* World::store_of(const kube::ResourceType& type) const {
  const auto found = stores.find(type.plural);
  return found == stores.end() ? nullptr : found->second;
}

}  // namespace reconcile
