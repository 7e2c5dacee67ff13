// ConfigValid: what the user wrote can be turned into a configuration. False changes nothing of what runs.
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

std::string_view reason_for(const std::vector<Problem>& problems) {
  std::string_view reason = reason::secret_missing;
  for (const Problem& problem : problems) {
    if (problem.kind == Problem::Kind::key_lost) return reason::encryption_key_lost;
    if (problem.kind == Problem::Kind::invalid) reason = reason::invalid;
  }
  return reason;
}

}  // namespace

Condition config_valid(const Situation& situation) {
  const std::vector<Problem>& problems = situation.input.problems;
  if (!problems.empty()) {
    std::string message;
    for (const Problem& problem : problems) message += (message.empty() ? "" : "; ") + problem.text();
    return condition(config_valid_type, false, reason_for(problems), std::move(message));
  }
  if (situation.input.desired == nullptr) return former_condition(situation.live(), config_valid_type);
  return condition(config_valid_type, true, reason::valid, "the configuration is complete");
}

}  // namespace heat
