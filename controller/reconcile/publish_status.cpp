#include "reconcile/publish_status.h"

#include "heat/kinds.h"
#include "heat/spec.h"
#include "kube/decode.h"

namespace reconcile {
namespace {

const json::Value* condition_of(const json::Value& conditions, const std::string& type) {
  for (const json::Value& condition : conditions) {
    if (json::string_at(condition, "/type") == type) return &condition;
  }
  return nullptr;
}

bool conditions_agree(const json::Value& ours, const json::Value& live) {
  for (const json::Value& condition : ours) {
    const json::Value* found = condition_of(live, json::string_at(condition, "/type"));
    if (found == nullptr || !agrees(condition, *found)) return false;
  }
  return true;
}

}  // namespace

bool agrees(const json::Value& ours, const json::Value& live) {
  if (!ours.is_object() || !live.is_object()) return ours == live;
  for (const auto& [key, value] : ours.items()) {
    const auto found = live.find(key);
    if (found == live.end()) return false;
    const bool same = key == "conditions" && value.is_array() && found->is_array() ? conditions_agree(value, *found)
                                                                                   : agrees(value, *found);
    if (!same) return false;
  }
  return true;
}

kube::Result<kube::ObjectPtr> publish_status(const World& world, const kube::Object& cluster, const json::Value& status,
                                             const json::Value& live, std::stop_token stop) {
  if (agrees(status, live)) return nullptr;
  const json::Value body = {
      {"apiVersion", heat::heat_cluster.api_version()},
      {"kind", heat::heat_cluster.kind},
      {"metadata", {{"name", cluster.key.name}, {"namespace", cluster.key.namespace_name}, {"uid", cluster.uid}}},
      {"status", status}};
  kube::ApplyOptions options;
  options.subresource = "status";
  const auto answer = world.client.apply(heat::heat_cluster, cluster.key, body.dump(), options, stop);
  if (!answer) {
    if (answer.error().not_found() || answer.error().conflict()) return nullptr;  // gone, or a successor has its name
    return tl::unexpected(answer.error());
  }
  auto now = kube::decode_object(answer->body, heat::heat_cluster, heat::projection_of(heat::heat_cluster));
  if (!now) return nullptr;  // the watch brings it
  world.seen_live.saw(**now);
  world.clusters.wrote(*now);
  return std::move(*now);
}

}  // namespace reconcile
