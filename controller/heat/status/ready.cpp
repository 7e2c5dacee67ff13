// Ready: everything that was asked for runs. Names the first thing that does not.
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {

Condition ready(const Situation& situation, const Parts& parts) {
  const StatusInput& input = situation.input;
  for (const Condition* part : {&parts.config_valid, &parts.database_ready, &parts.engine_ready}) {
    if (!parts.config_valid.is_false() && !input.apply_error.empty()) {
      return condition(ready_type, false, input.apply_error_is_final ? reason::apply_refused : reason::apply_failed,
                       input.apply_error);
    }
    if (!part->is_true()) return condition(ready_type, false, part->reason, part->message);
  }
  return condition(ready_type, true, reason::ready, parts.engine_ready.message);
}

}  // namespace heat
