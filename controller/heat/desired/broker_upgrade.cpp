#include "heat/desired/broker_upgrade.h"

#include "base/hash.h"
#include "heat/config/broker_check.h"
#include "heat/names.h"
#include "heat/workload_state.h"

namespace heat {
namespace {

constexpr std::string_view arrow = " -> ";  // no reference of an image has a blank

OneTimeJob check_job(const Spec& spec, const Image& from) {
  const Image& to = spec.images.rabbitmq;
  std::string goes_by = std::to_string(to.user);
  for (const std::string& word : broker_check_rule()) goes_by += "\n" + word;
  OneTimeJob job;
  job.annotation = broker_step_annotation;
  job.target = from.reference + std::string(arrow) + to.reference;
  job.credentials = base::sha256_hex(goes_by, 16);
  job.name = broker_check_name(spec.name, job_hash(job, 8));
  return job;
}

// The step that a Job was for; empty: it is no such Job.
std::string step_of(const ObservedChild& job) {
  const json::Value* annotations = json::find(job.fields, "/metadata/annotations");
  return annotations == nullptr ? std::string() : annotations->value(std::string(broker_step_annotation), "");
}

// Whether a Job has once led from `wanted` to the image that the nodes have now, and their rollout goes no further than
// the first: a StatefulSet replaces the next only when that is ready.
bool is_stuck_on_the_way_from(const Image& wanted, const WorkloadState& live, const Observed& observed) {
  if (live.one_revision || live.updated > 1) return false;
  const std::string step = wanted.reference + std::string(arrow) + live.image.reference;
  for (const ObservedChild& job : observed.jobs) {
    if (step_of(job) == step && job_state(job) == JobState::complete) return true;
  }
  return false;
}

}  // namespace

std::optional<BrokerStep> broker_step(const Spec& spec, const Observed& observed) {
  const Image& wanted = spec.images.rabbitmq;
  if (spec.broker.managed() == nullptr || wanted.reference.empty()) return std::nullopt;
  const WorkloadState live = workload_state(observed, Component::broker);
  if (live.image.reference.empty() || live.image.reference == wanted.reference) return std::nullopt;
  if (live.ready == 0 && (!database_was_made(observed) || is_stuck_on_the_way_from(wanted, live, observed))) {
    return std::nullopt;
  }
  BrokerStep step{live.image, check_job(spec, live.image)};
  const ObservedChild* job = current_job(observed, step.check);
  if (job != nullptr && job_state(*job) == JobState::complete) return std::nullopt;
  return step;
}

std::vector<const ObservedChild*> broker_steps_on_the_way(const Spec& spec, const Observed& observed) {
  std::vector<const ObservedChild*> jobs;
  const WorkloadState state = workload_state(observed, Component::broker);
  const std::string& live = state.image.reference;
  for (const ObservedChild& job : observed.jobs) {
    const std::string step = step_of(job);
    if (step.empty() || job.deleting || job_state(job) != JobState::complete) continue;
    const std::string wanted_next = live + std::string(arrow) + spec.images.rabbitmq.reference;
    const bool has_begun = step.ends_with(std::string(arrow) + live) && !state.settled();
    if (step == wanted_next || has_begun) jobs.push_back(&job);
  }
  return jobs;
}

}  // namespace heat
