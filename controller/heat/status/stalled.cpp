// Stalled: nothing more happens until a person does something. kstatus calls this Failed.
#include <algorithm>
#include <array>

#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {

Condition stalled(const Situation& situation, const Parts& parts) {
  const StatusInput& input = situation.input;
  if (parts.config_valid.is_false() && parts.config_valid.reason != reason::secret_missing) {
    return condition(stalled_type, true, parts.config_valid.reason, parts.config_valid.message);
  }
  if (!input.apply_error.empty() && apply_reason(input) == reason::apply_refused) {
    return condition(stalled_type, true, reason::apply_refused, input.apply_error);
  }
  for (const Condition& part : parts.gates) {
    constexpr std::array final_reasons{reason::sync_failed, reason::bootstrap_failed, reason::image_check_failed,
                                       reason::image_refused};
    const bool gave_up = std::find(final_reasons.begin(), final_reasons.end(), part.reason) != final_reasons.end();
    if (part.is_false() && gave_up) return condition(stalled_type, true, part.reason, part.message);
  }
  return condition(stalled_type, false, reason::progressing, "nothing stands in the way");
}

}  // namespace heat
