#include "heat/status/status.h"

#include "heat/config/endpoints.h"
#include "heat/names.h"
#include "heat/status/capacity.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

json::Value counts(const Situation& situation, const ComponentSituation& component) {
  if (!component.is_ours) return json::object({{"summary", "external"}});
  const WorkloadState& state = component.state;
  if (situation.input.spec == nullptr && !state.exists) {
    const json::Value& live = situation.live();
    const auto before = live.find(std::string(traits(component.component).name));
    if (live.is_object() && before != live.end()) return *before;
  }
  json::Value result =
      json::object({{"replicas", state.replicas},
                    {"readyReplicas", state.ready},
                    {"updatedReplicas", state.updated},
                    {"summary", std::to_string(state.ready) + "/" + std::to_string(component.wanted)}});
  if (const auto& engines = situation.input.observed->engine_report;
      component.component == Component::engine && engines) {
    result["registered"] = engines->registered;
  }
  const auto& report = situation.input.observed->broker_report;
  if (component.component == Component::broker && report) {
    result.update(
        json::object({{"running", report->running}, {"queues", report->queues}, {"leaderless", report->leaderless}}));
  }
  return result;
}

// What clients call: the address that the user says they come by, else the proxy's Service.
json::Value endpoints(const Spec& spec) {
  json::Value result;
  const auto add = [&](const char* name, const std::string& url) {
    if (!url.empty()) result[name] = url;
  };
  add("orchestration", public_url(spec, Component::api));
  add("cloudformation", public_url(spec, Component::cfn));
  return result;
}

// What follows from the spec alone. While a spec is not acted on, what followed from the one before stands.
void add_derived(const StatusInput& input, json::Value& status) {
  const bool acted_on = input.spec != nullptr && input.desired != nullptr;
  const json::Value& before = input.observed->status;
  const auto keep = [&](const char* name) {
    if (const auto found = before.find(name); before.is_object() && found != before.end()) status[name] = *found;
  };
  if (input.spec != nullptr) {
    status["selector"] = selector_text(*input.spec, traits(Component::engine).name);
  } else {
    keep("selector");
  }
  if (!acted_on) {
    keep("endpoints");
    keep("capacity");
    return;
  }
  if (json::Value urls = endpoints(*input.spec); !urls.is_null()) status["endpoints"] = std::move(urls);
  status["capacity"] = capacity(*input.spec);
}

}  // namespace

json::Value status(const StatusInput& input) {
  const Situation now = situation(input);
  const Parts judged = parts(now);
  const Condition stands_still = stalled(now, judged);

  std::vector<Condition> conditions{ready(now, judged), judged.config_valid};
  conditions.insert(conditions.end(), judged.gates.begin(), judged.gates.end());
  conditions.push_back(reconciling(now, judged, stands_still));
  conditions.push_back(stands_still);

  json::Value result = json::object({{"observedGeneration", input.generation}, {"conditions", json::Value::array()}});
  for (const Condition& each : conditions) {
    result["conditions"].push_back(to_json(each, input.generation, input.now, now.live()));
  }
  for (const ComponentSituation& component : now.components) {
    result[std::string(traits(component.component).name)] = counts(now, component);
  }
  add_derived(input, result);
  return result;
}

bool is_settled(const json::Value& status) {
  return former_condition(status, ready_type).is_true() && former_condition(status, reconciling_type).is_false() &&
         former_condition(status, stalled_type).is_false();
}

}  // namespace heat
