// Ready: everything that was asked for runs. Names the first thing that does not.
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

std::string numbered(std::int64_t count, std::string_view plural) {
  if (count == 1) plural.remove_suffix(1);
  const bool is_proxy = plural.ends_with("ie");  // proxies
  return std::to_string(count) + " " +
         (is_proxy ? std::string(plural.substr(0, plural.size() - 2)) + "y" : std::string(plural));
}

std::string what_runs(const Situation& situation) {
  std::string text;
  for (const ComponentSituation& each : situation.components) {
    if (!each.is_ours || each.wanted == 0) continue;
    text += (text.empty() ? "" : ", ") + numbered(each.wanted, traits(each.component).plural);
  }
  return text.empty() ? "nothing is asked for" : text + " ready";
}

}  // namespace

Condition ready(const Situation& situation, const Parts& parts) {
  const StatusInput& input = situation.input;
  if (!parts.config_valid.is_false() && !input.apply_error.empty()) {
    return condition(ready_type, false, apply_reason(input), input.apply_error);
  }
  if (!parts.config_valid.is_true()) {
    return condition(ready_type, false, parts.config_valid.reason, parts.config_valid.message);
  }
  for (const Condition& part : parts.gates) {
    if (!part.is_true()) return condition(ready_type, false, part.reason, part.message);
  }
  return condition(ready_type, true, reason::ready, what_runs(situation));
}

}  // namespace heat
