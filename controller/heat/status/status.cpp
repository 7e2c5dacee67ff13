#include "heat/status/status.h"

#include "heat/component.h"
#include "heat/names.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

json::Value engine_counts(const Situation& situation) {
  const WorkloadState& engine = situation.engine;
  return {{"replicas", engine.replicas},
          {"readyReplicas", engine.ready},
          {"updatedReplicas", engine.updated},
          {"summary", std::to_string(engine.ready) + "/" + std::to_string(situation.wanted)}};
}

// Without a spec there is no name to derive it from; it never changes, so the old one is right.
std::string selector(const StatusInput& input) {
  if (input.spec != nullptr) return selector_text(*input.spec, traits(Component::engine).name);
  return json::string_at(input.observed->status, "/selector");
}

}  // namespace

json::Value status(const StatusInput& input) {
  const Situation now = situation(input);
  const Parts parts{config_valid(now), database_ready(now), engine_ready(now)};
  const Condition stands_still = stalled(now, parts);

  json::Value conditions = json::Value::array();
  for (const Condition& each : {ready(now, parts), parts.config_valid, parts.database_ready, parts.engine_ready,
                                reconciling(now, parts, stands_still), stands_still}) {
    conditions.push_back(to_json(each, input.generation, input.now, now.live()));
  }
  json::Value result = {
      {"observedGeneration", input.generation}, {"engine", engine_counts(now)}, {"conditions", std::move(conditions)}};
  const std::string selected = selector(input);
  if (!selected.empty()) result["selector"] = selected;
  return result;
}

}  // namespace heat
