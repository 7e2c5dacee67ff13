#include "reconcile/key_of.h"

#include "heat/names.h"
#include "heat/spec.h"

namespace reconcile {

std::optional<kube::ObjectKey> key_of(const kube::ObjectPtr& before, const kube::ObjectPtr& after,
                                      const kube::ResourceType& type) {
  const kube::Object& object = after ? *after : *before;
  if (type == heat::heat_cluster) {
    const bool only_status = before && after && before->uid == after->uid && before->generation == after->generation &&
                             before->deleting == after->deleting;
    if (only_status) return std::nullopt;
    return object.key;
  }
  if (type == kube::types::persistent_volume_claim) {
    const json::Value fields = object.parsed();
    const json::Value* labels = json::find(fields, "/metadata/labels");
    std::string cluster = labels == nullptr ? std::string() : heat::cluster_of_claim(*labels);
    if (cluster.empty()) return std::nullopt;
    return kube::ObjectKey{object.key.namespace_name, std::move(cluster)};
  }
  // Of a child that lost its owner, the former one is told: it takes the child back, or finds it missing.
  const kube::Object& owned = object.owner_uid.empty() && before ? *before : object;
  if (owned.owner_kind != heat::heat_cluster.kind || owned.owner_name.empty()) return std::nullopt;
  return kube::ObjectKey{owned.key.namespace_name, owned.owner_name};
}

}  // namespace reconcile
