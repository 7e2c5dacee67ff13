#include "fake_api/simulation.h"

#include <algorithm>
#include <stdexcept>

#include "base/hash.h"

namespace fake_api {
namespace {

constexpr std::chrono::milliseconds look_at_modes{50};
constexpr const char* manager = "kube-controller-manager";

Key key_of(const Resource& kind, const json::Value& object) {
  return {kind.plural, json::string_at(object, "/metadata/namespace"), json::string_at(object, "/metadata/name")};
}

std::string revision_of(const json::Value& set) {
  const json::Value* pod = json::find(set, "/spec/template");
  const std::string hash = base::sha256_hex(pod == nullptr ? "" : pod->dump()).substr(0, 10);
  return json::string_at(set, "/metadata/name") + "-" + hash;
}

json::Value condition(const char* type, const char* reason) {
  return {{"type", type},
          {"status", "True"},
          {"reason", reason},
          {"message", ""},
          {"lastTransitionTime", timestamp()},
          {"lastProbeTime", timestamp()}};
}

}  // namespace

json::Value next_stateful_set_status(const json::Value& set, bool pods_ready, bool stepwise) {
  const std::int64_t wanted = json::integer_at(set, "/spec/replicas", 1);
  const std::string revision = revision_of(set);
  const std::string seen_revision = json::string_at(set, "/status/updateRevision");
  std::int64_t replicas = json::integer_at(set, "/status/replicas");
  std::int64_t updated = seen_revision == revision ? json::integer_at(set, "/status/updatedReplicas") : 0;
  const bool noticed =
      json::integer_at(set, "/status/observedGeneration") == json::integer_at(set, "/metadata/generation");
  if (!stepwise) {
    replicas = updated = wanted;
  } else if (noticed) {
    const bool too_few = replicas < wanted;
    if (replicas != wanted) {
      replicas += too_few ? 1 : -1;
      if (too_few) ++updated;
    } else if (updated < wanted) {
      ++updated;
    }
    updated = std::min(updated, replicas);
  }
  const std::int64_t ready = pods_ready ? replicas : 0;
  json::Value status = {{"observedGeneration", json::integer_at(set, "/metadata/generation")},
                        {"replicas", replicas},
                        {"availableReplicas", ready},
                        {"updateRevision", revision},
                        {"collisionCount", 0}};
  const bool arrived = replicas == wanted && updated == wanted;
  status["currentRevision"] = arrived ? revision : json::string_at(set, "/status/currentRevision", revision);
  if (ready > 0) status["readyReplicas"] = ready;
  if (updated > 0) status["updatedReplicas"] = updated;
  if (const std::int64_t current = arrived ? replicas : replicas - updated; current > 0) {
    status["currentReplicas"] = current;
  }
  return status;
}

json::Value next_deployment_status(const json::Value& deployment, bool new_template, bool pods_ready, bool stepwise) {
  const std::int64_t wanted = json::integer_at(deployment, "/spec/replicas", 1);
  std::int64_t replicas = json::integer_at(deployment, "/status/replicas");
  std::int64_t updated = new_template ? 0 : json::integer_at(deployment, "/status/updatedReplicas");
  const bool noticed = json::integer_at(deployment, "/status/observedGeneration") ==
                       json::integer_at(deployment, "/metadata/generation");
  if (!stepwise) {
    replicas = updated = wanted;
  } else if (noticed && replicas < wanted) {
    ++replicas;
    ++updated;
  } else if (noticed && replicas > wanted) {
    --replicas;
  } else if (noticed && updated < wanted) {
    ++updated;
  }
  updated = std::min(updated, replicas);
  json::Value status = {{"observedGeneration", json::integer_at(deployment, "/metadata/generation")}};
  if (replicas > 0) status["replicas"] = replicas;
  if (updated > 0) status["updatedReplicas"] = updated;
  if (pods_ready && replicas > 0) status["readyReplicas"] = status["availableReplicas"] = replicas;
  return status;
}

Simulation::Simulation(Api& api) : api_(api) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Simulation::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t tick = api_.store().tick();
    try {
      for (const ObjectPtr& job : api_.store().list("jobs")) run_job(*job);
      for (const ObjectPtr& set : api_.store().list("statefulsets")) run_stateful_set(*set);
      for (const ObjectPtr& deployment : api_.store().list("deployments")) run_deployment(*deployment);
      if (collecting_) collect_garbage();
    } catch (const std::runtime_error&) {
      continue;  // somebody else was faster: look again
    }
    api_.store().wait(tick, std::chrono::steady_clock::now() + look_at_modes, stop);
  }
}

void Simulation::run_job(const json::Value& job) {
  const json::Value* conditions = json::find(job, "/status/conditions");
  if (conditions != nullptr && !conditions->empty()) return;
  const Key key = key_of(resource("jobs"), job);
  const bool started = json::find(job, "/status/startTime") != nullptr;
  if (!started) {
    api_.patch(key, {{"status", {{"startTime", timestamp()}, {"active", 1}, {"ready", 1}}}}, manager, "status");
    return;
  }
  if (jobs_ == Jobs::hang) return;
  json::Value status = {{"active", nullptr}, {"ready", 0}};
  if (jobs_ == Jobs::succeed) {
    status["succeeded"] = 1;
    status["completionTime"] = timestamp();
    status["conditions"] = json::Value::array(
        {condition("SuccessCriteriaMet", "CompletionsReached"), condition("Complete", "CompletionsReached")});
  } else {
    status["failed"] = json::integer_at(job, "/spec/backoffLimit", 6) + 1;
    status["conditions"] = json::Value::array(
        {condition("FailureTarget", "BackoffLimitExceeded"), condition("Failed", "BackoffLimitExceeded")});
  }
  api_.patch(key, {{"status", status}}, manager, "status");
}

void Simulation::run_stateful_set(const json::Value& set) {
  const json::Value next = next_stateful_set_status(set, pods_ready_, stepwise_);
  const json::Value* found = json::find(set, "/status");
  if (found != nullptr && *found == next) return;
  json::Value patch = next;
  for (const char* counter : {"readyReplicas", "updatedReplicas", "currentReplicas"}) {
    if (!patch.contains(counter)) patch[counter] = nullptr;
  }
  api_.patch(key_of(resource("statefulsets"), set), {{"status", patch}}, manager, "status");
}

void Simulation::run_deployment(const json::Value& deployment) {
  std::string& rolled = rolled_[json::string_at(deployment, "/metadata/uid")];
  const std::string wanted = revision_of(deployment);
  const json::Value next = next_deployment_status(deployment, rolled != wanted, pods_ready_, stepwise_);
  const json::Value* found = json::find(deployment, "/status");
  if (rolled == wanted && found != nullptr && *found == next) return;
  json::Value patch = next;
  for (const char* counter : {"replicas", "readyReplicas", "updatedReplicas", "availableReplicas"}) {
    if (!patch.contains(counter)) patch[counter] = nullptr;
  }
  api_.patch(key_of(resource("deployments"), deployment), {{"status", patch}}, manager, "status");
  rolled = wanted;
}

void Simulation::collect_garbage() {
  std::vector<std::pair<const Resource*, ObjectPtr>> objects;
  for (const Resource& kind : resources()) {
    for (const ObjectPtr& object : api_.store().list(kind.plural)) objects.emplace_back(&kind, object);
  }
  // An owner is there before it is named: who is living is asked after the dependents were read, never before.
  std::set<std::string> living;
  for (const Resource& kind : resources()) {
    for (const ObjectPtr& object : api_.store().list(kind.plural)) {
      living.insert(json::string_at(*object, "/metadata/uid"));
    }
  }
  for (const auto& [kind, object] : objects) collect(*kind, *object, living);
}

void Simulation::collect(const Resource& kind, const json::Value& object, const std::set<std::string>& living) {
  const json::Value* owners = json::find(object, "/metadata/ownerReferences");
  if (owners == nullptr || !owners->is_array() || owners->empty()) return;
  json::Value solid = json::Value::array();
  for (const json::Value& owner : *owners) {
    if (living.contains(json::string_at(owner, "/uid"))) solid.push_back(owner);
  }
  if (solid.size() == owners->size()) return;
  const Key key = key_of(kind, object);
  // The object may be another one by now: what was judged is pinned.
  const json::Value pin = {
      {"preconditions",
       {{"uid", object["metadata"]["uid"]}, {"resourceVersion", object["metadata"]["resourceVersion"]}}}};
  if (solid.empty()) {
    Request request;
    request.verb = Verb::remove;
    request.resource = &kind;
    request.namespace_name = key.namespace_name;
    request.name = key.name;
    request.body = pin.dump();
    api_.handle(request);
    return;
  }
  api_.patch(key,
             {{"metadata", {{"ownerReferences", solid}, {"resourceVersion", object["metadata"]["resourceVersion"]}}}},
             manager);
}

}  // namespace fake_api
