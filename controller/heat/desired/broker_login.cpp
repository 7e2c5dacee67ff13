#include "heat/desired/broker_login.h"

#include "base/hash.h"
#include "heat/component.h"
#include "heat/config/broker_users.h"
#include "heat/names.h"
#include "heat/workload_state.h"

namespace heat {

std::optional<OneTimeJob> broker_users(const Spec& spec) {
  const ManagedBroker* broker = spec.broker.managed();
  if (broker == nullptr || broker->credentials_generation == 1) return std::nullopt;
  std::string goes_by;
  for (const std::string& word : broker_users_rule()) goes_by += word + "\n";
  OneTimeJob job;
  job.annotation = broker_users_annotation;
  job.target = broker_user(broker->credentials_generation);
  job.credentials = base::sha256_hex(goes_by, 16);
  job.name = broker_users_name(spec.name, job_hash(job, 8));
  return job;
}

std::optional<std::string> former_users_are_needed(const Spec& spec, const Prints& prints, const Observed& observed) {
  for (const ComponentTraits& each : component_table) {
    const bool logs_in = each.component == Component::broker || runs_heat(each.component);
    if (!logs_in || !exists(spec, each.component)) continue;
    const WorkloadState state = workload_state(observed, each.component);
    if (state.settled() && state.credentials == prints.configuration(each.component).credentials_digest) continue;
    return "waiting for " + std::string(each.plural) + ", which may still log in to the broker as before";
  }
  return std::nullopt;
}

}  // namespace heat
