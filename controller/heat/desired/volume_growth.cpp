// The size of the broker's volumes. A StatefulSet's claim templates cannot change, so they say for ever what they said
// first: a claim is made in that size and grows by itself.
#include "heat/desired/volume_growth.h"

#include "heat/names.h"
#include "heat/quantity.h"

namespace heat {
namespace {

std::int64_t bytes(const std::string& size) {
  return quantity_value(canonical_quantity(std::string_view(size)).value_or(""));
}

}  // namespace

std::string claim_template_size(const Spec& spec, const Observed& observed) {
  const ManagedBroker* broker = spec.broker.managed();
  if (broker == nullptr) return "";
  const auto live = observed.workloads.find(Component::broker);
  if (live == observed.workloads.end()) return broker->storage_size;
  const json::Value* claims = json::find(live->second.fields, "/spec/volumeClaimTemplates");
  if (claims == nullptr || !claims->is_array() || claims->empty()) return broker->storage_size;
  return json::string_at(claims->front(), "/spec/resources/requests/storage", broker->storage_size);
}

std::vector<DesiredObject> volume_growths(const Spec& spec, const Observed& observed) {
  std::vector<DesiredObject> growths;
  const ManagedBroker* broker = spec.broker.managed();
  if (broker == nullptr) return growths;
  for (const ObservedClaim& claim : observed.claims) {
    if (claim.deleting || !claim.bound || bytes(claim.requested) >= bytes(broker->storage_size)) continue;
    // The UID: a successor of the same name is another volume.
    json::Value body = json::object(
        {{"apiVersion", "v1"},
         {"kind", "PersistentVolumeClaim"},
         {"metadata", json::object({{"name", claim.name}, {"namespace", spec.namespace_name}, {"uid", claim.uid}})},
         {"spec", json::object({{"resources",
                                 json::object({{"requests", json::object({{"storage", broker->storage_size}})}})}})}});
    growths.emplace_back(kube::types::persistent_volume_claim, claim.name, std::move(body));
  }
  return growths;
}

}  // namespace heat
