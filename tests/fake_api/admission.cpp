#include "fake_api/admission.h"

#include <set>
#include <string>

#include "base/base64.h"

namespace fake_api {
namespace {

void set_default(json::Value& object, const char* field, json::Value value) {
  if (!object.contains(field)) object[field] = std::move(value);
}

void default_stateful_set(json::Value& spec) {
  set_default(spec, "replicas", 1);
  set_default(spec, "podManagementPolicy", "OrderedReady");
  set_default(spec, "revisionHistoryLimit", 10);
  set_default(spec, "updateStrategy", {{"type", "RollingUpdate"}, {"rollingUpdate", {{"partition", 0}}}});
}

void default_service(json::Value& spec, std::int64_t sequence) {
  set_default(spec, "type", "ClusterIP");
  set_default(spec, "sessionAffinity", "None");
  set_default(spec, "clusterIP",
              "10.96." + std::to_string(sequence / 250 % 250) + "." + std::to_string(sequence % 250 + 1));
  set_default(spec, "clusterIPs", json::Value::array({spec["clusterIP"]}));
  if (!spec.contains("ports") || !spec["ports"].is_array()) return;
  for (json::Value& port : spec["ports"]) {
    set_default(port, "protocol", "TCP");
    set_default(port, "targetPort", port.value("port", 0));
  }
}

void default_job(json::Value& spec, const std::string& name, const std::string& uid) {
  set_default(spec, "parallelism", 1);
  set_default(spec, "completions", 1);
  set_default(spec, "backoffLimit", 6);
  set_default(spec, "completionMode", "NonIndexed");
  set_default(spec, "suspend", false);
  set_default(spec, "selector", {{"matchLabels", {{"batch.kubernetes.io/controller-uid", uid}}}});
  json::Value& labels = spec["template"]["metadata"]["labels"];
  if (labels.is_null()) labels = json::Value::object();
  for (const char* prefix : {"", "batch.kubernetes.io/"}) {
    set_default(labels, (std::string(prefix) + "controller-uid").c_str(), uid);
    set_default(labels, (std::string(prefix) + "job-name").c_str(), name);
  }
}

void fill_secret(json::Value& object) {
  set_default(object, "type", "Opaque");
  if (!object.contains("stringData")) return;
  for (const auto& [key, text] : object["stringData"].items()) {
    object["data"][key] = base::base64_encode(text.get<std::string>());
  }
  object.erase("stringData");
}

Response invalid(const Resource& resource, const json::Value& object, const std::string& why) {
  return refusal(422, "Invalid",
                 resource.kind + (resource.group.empty() ? "" : "." + resource.group) + " \"" +
                     json::string_at(object, "/metadata/name") + "\" is invalid: " + why);
}

// Whether anything but the named fields of the spec differs.
bool spec_differs_beyond(const json::Value& before, const json::Value& after, const std::set<std::string>& free) {
  json::Value was = before.value("spec", json::Value::object());
  json::Value is = after.value("spec", json::Value::object());
  for (const std::string& field : free) {
    was.erase(field);
    is.erase(field);
  }
  return was != is;
}

bool has_two_controllers(const json::Value& object) {
  const json::Value* owners = json::find(object, "/metadata/ownerReferences");
  int controllers = 0;
  if (owners != nullptr && owners->is_array()) {
    for (const json::Value& owner : *owners) controllers += owner.value("controller", false) ? 1 : 0;
  }
  return controllers > 1;
}

bool frozen_data_changed(const json::Value& before, const json::Value& after) {
  if (!json::bool_at(before, "/immutable")) return false;
  for (const char* field : {"data", "binaryData", "immutable"}) {
    if (before.value(field, json::Value()) != after.value(field, json::Value())) return true;
  }
  return false;
}

std::optional<Response> check_change(const Resource& resource, const json::Value& before, const json::Value& after) {
  if (resource.plural == "statefulsets" &&
      spec_differs_beyond(before, after,
                          {"replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit",
                           "persistentVolumeClaimRetentionPolicy", "minReadySeconds"})) {
    return invalid(resource, after,
                   "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', "
                   "'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
                   "'minReadySeconds' are forbidden");
  }
  if (resource.plural == "jobs" && spec_differs_beyond(before, after,
                                                       {"parallelism", "suspend", "activeDeadlineSeconds",
                                                        "backoffLimit", "ttlSecondsAfterFinished"})) {
    return invalid(resource, after, "spec.template: Invalid value: field is immutable");
  }
  if ((resource.plural == "configmaps" || resource.plural == "secrets") && frozen_data_changed(before, after)) {
    return invalid(resource, after, "data: Forbidden: field is immutable when `immutable` is set");
  }
  if (resource.plural == "secrets" && before.value("type", "") != after.value("type", "")) {
    return invalid(resource, after, "type: Invalid value: field is immutable");
  }
  if (resource.plural == "services" &&
      json::string_at(before, "/spec/clusterIP") != json::string_at(after, "/spec/clusterIP")) {
    return invalid(resource, after, "spec.clusterIPs[0]: Invalid value: may not change once set");
  }
  return std::nullopt;
}

}  // namespace

void fill_defaults(const Resource& resource, json::Value& object, std::int64_t sequence) {
  if (resource.plural == "secrets") fill_secret(object);
  if (resource.plural == "heatclusters") set_default(object, "status", {{"observedGeneration", -1}});
  if (!object.contains("spec") || !object["spec"].is_object()) return;
  json::Value& spec = object["spec"];
  if (resource.plural == "statefulsets") default_stateful_set(spec);
  if (resource.plural == "services") default_service(spec, sequence);
  if (resource.plural == "jobs") {
    default_job(spec, json::string_at(object, "/metadata/name"), json::string_at(object, "/metadata/uid"));
  }
}

std::optional<Response> check(const Resource& resource, const json::Value& before, const json::Value& after) {
  if (has_two_controllers(after)) {
    return invalid(resource, after,
                   "metadata.ownerReferences: Invalid value: Only one reference can have Controller set to true");
  }
  return before.is_null() ? std::nullopt : check_change(resource, before, after);
}

}  // namespace fake_api
