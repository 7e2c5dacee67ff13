// What of a status changes all the time while a HeatCluster comes up, and what somebody waits for.
#include "heat/component.h"
#include "heat/status/condition.h"
#include "heat/status/reasons.h"
#include "heat/status/status.h"

namespace heat {
namespace {

bool says_the_same(const Condition& before, const Condition& now) {
  return before.status == now.status && before.reason == now.reason && before.message == now.message;
}

// A failure is told when it happens, in its own words.
bool tells_a_failure(const Condition& condition) { return condition.reason == reason::apply_failed; }

// All but conditions and counts: what follows from the spec.
json::Value derived(json::Value status) {
  status.erase("conditions");
  for (const ComponentTraits& component : component_table) status.erase(std::string(component.name));
  return status;
}

}  // namespace

bool is_progress(const json::Value& before, const json::Value& now) {
  if (!before.is_object() || derived(before) != derived(now)) return false;
  for (const std::string_view type : {config_valid_type, stalled_type}) {
    if (!says_the_same(former_condition(before, type), former_condition(now, type))) return false;
  }
  for (const std::string_view type : {ready_type, reconciling_type}) {
    const Condition was = former_condition(before, type);
    const Condition is = former_condition(now, type);
    if (was.status != is.status) return false;
    if ((tells_a_failure(was) || tells_a_failure(is)) && !says_the_same(was, is)) return false;
  }
  return true;
}

}  // namespace heat
