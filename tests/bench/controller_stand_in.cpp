#include "controller_stand_in.h"

#include <cstdio>

#include "kube/decode.h"

namespace bench {
namespace {

constexpr const char* now = "2026-01-01T00:00:00Z";

// The API server wants the times, and SuccessCriteriaMet with Complete.
json::Value job_status() {
  const auto condition = [](const char* type) {
    return json::Value{{"type", type}, {"status", "True"}, {"lastProbeTime", now}, {"lastTransitionTime", now}};
  };
  return {{"startTime", now},
          {"completionTime", now},
          {"succeeded", 1},
          {"conditions", {condition("SuccessCriteriaMet"), condition("Complete")}}};
}

}  // namespace

json::Value finished_status(const kube::ResourceType& type, std::int64_t generation, std::int64_t replicas) {
  if (type == kube::types::job) return job_status();
  json::Value status{{"observedGeneration", generation},
                     {"replicas", replicas},
                     {"readyReplicas", replicas},
                     {"updatedReplicas", replicas},
                     {"availableReplicas", replicas}};
  if (type == kube::types::stateful_set) status.update({{"currentRevision", "one"}, {"updateRevision", "one"}});
  return status;
}

ControllerStandIn::ControllerStandIn(kube::Client& admin, std::string namespace_name)
    : admin_(admin), namespace_name_(std::move(namespace_name)) {
  for (const kube::ResourceType* type : {&kube::types::job, &kube::types::stateful_set, &kube::types::deployment}) {
    threads_.emplace_back([this, type](std::stop_token stop) { follow(*type, stop); });
  }
}

void ControllerStandIn::follow(const kube::ResourceType& type, std::stop_token stop) {
  kube::WatchOptions options;
  options.resource_version = "0";
  while (!stop.stop_requested()) {
    const auto on_line = [&](std::string_view line) {
      const auto event = kube::decode_watch_event(line, type, {{"spec.replicas", "status"}});
      if (event && event->object && event->type != kube::EventType::deleted) finish(type, *event->object, stop);
      return true;
    };
    static_cast<void>(admin_.watch(type, namespace_name_, options, on_line, stop));
  }
}

void ControllerStandIn::finish(const kube::ResourceType& type, const kube::Object& object, std::stop_token stop) {
  const json::Value fields = object.parsed();
  const bool is_job = type == kube::types::job;
  const bool finished = is_job ? json::integer_at(fields, "/status/succeeded") > 0
                               : json::integer_at(fields, "/status/observedGeneration") >= object.generation;
  if (finished) return;
  const json::Value body{
      {"apiVersion", type.api_version()},
      {"kind", type.kind},
      {"metadata", {{"name", object.key.name}, {"namespace", namespace_name_}}},
      {"status", finished_status(type, object.generation, json::integer_at(fields, "/spec/replicas"))}};
  kube::ApplyOptions options;
  options.subresource = "status";
  const auto applied = admin_.apply(type, object.key, body.dump(), options, stop);
  if (!applied && !applied.error().stopped() && !applied.error().not_found()) {
    std::fprintf(stderr, "converge_bench: finishing %s: %s\n", object.key.name.c_str(), applied.error().text().c_str());
  }
}

}  // namespace bench
