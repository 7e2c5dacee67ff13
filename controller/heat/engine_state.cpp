#include "heat/engine_state.h"

#include "heat/names.h"

namespace heat {

EngineState engine_state(const Observed& observed) {
  EngineState state;
  if (!observed.engine || observed.engine->deleting) return state;
  const json::Value& fields = observed.engine->fields;
  state.exists = true;
  state.current = json::integer_at(fields, "/status/observedGeneration") >= observed.engine->generation;
  state.wanted = json::integer_at(fields, "/spec/replicas");
  state.replicas = json::integer_at(fields, "/status/replicas");
  state.ready = json::integer_at(fields, "/status/readyReplicas");
  state.updated = json::integer_at(fields, "/status/updatedReplicas");
  state.one_revision =
      json::string_at(fields, "/status/currentRevision") == json::string_at(fields, "/status/updateRevision");
  if (const json::Value* annotations = json::find(fields, "/spec/template/metadata/annotations")) {
    state.config = annotations->value(std::string(config_annotation), "");
    state.credentials = annotations->value(std::string(credentials_annotation), "");
    state.release = annotations->value(std::string(release_annotation), "");
  }
  return state;
}

}  // namespace heat
