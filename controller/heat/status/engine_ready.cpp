// EngineReady: as many engines as wanted are connected to the broker, all with the newest template. Engines too many,
// which finish their work, do not count against it: a drain may take hours and harms nobody.
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

std::string counted(std::int64_t ready, std::int64_t wanted) {
  return std::to_string(ready) + " of " + std::to_string(wanted) + (wanted == 1 ? " engine ready" : " engines ready");
}

}  // namespace

Condition engine_ready(const Situation& situation) {
  const WorkloadState& engine = situation.engine;
  const std::int64_t wanted = situation.wanted;
  if (!engine.exists) {
    if (situation.engine_waits) {
      return condition(engine_ready_type, false, reason::waiting_for_database, *situation.engine_waits);
    }
    return condition(engine_ready_type, false, reason::engines_not_ready,
                     situation.input.desired == nullptr ? "no engines yet" : counted(0, wanted));
  }
  const std::int64_t ready = engine.ready < wanted ? engine.ready : wanted;
  if (situation.engine_waits && engine.wanted != wanted) {
    return condition(engine_ready_type, false, reason::waiting_for_database,
                     counted(ready, wanted) + ", " + *situation.engine_waits);
  }
  // While the StatefulSet's controller has not looked, its counts speak of the template before.
  if (!engine.current || engine.replicas < wanted || engine.ready < wanted) {
    return condition(engine_ready_type, false, reason::engines_not_ready, counted(ready, wanted));
  }
  if (engine.updated < wanted || (!engine.one_revision && wanted > 0)) {
    return condition(engine_ready_type, false, reason::rolling_out,
                     std::to_string(engine.updated) + " of " + std::to_string(wanted) +
                         " engines run the newest configuration, the others follow one by one");
  }
  const std::int64_t surplus = engine.replicas - wanted;
  const std::string finishing =
      surplus > 0 ? ", " + std::to_string(surplus) + (surplus == 1 ? " finishes its work" : " finish their work") : "";
  if (wanted == 0) return condition(engine_ready_type, true, reason::scaled_to_zero, "scaled to zero" + finishing);
  return condition(engine_ready_type, true, reason::engines_ready, counted(ready, wanted) + finishing);
}

}  // namespace heat
