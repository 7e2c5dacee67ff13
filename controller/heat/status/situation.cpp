#include "heat/status/situation.h"

#include "heat/status/reasons.h"

namespace heat {
namespace {

const Stage* stage(const Desired* desired, std::string_view name) {
  if (desired == nullptr) return nullptr;
  for (const Stage& candidate : desired->stages) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

const ObservedChild* find_job(const Observed& observed, const std::string& name) {
  for (const ObservedChild& job : observed.jobs) {
    if (job.name == name) return &job;
  }
  return nullptr;
}

ComponentSituation component_situation(const StatusInput& input, Component component) {
  ComponentSituation result{component, workload_state(*input.observed, component), 0, true, {}, {}};
  // While problems stand, what was wanted before them goes on; without pods there was nothing before.
  const bool acted_on = input.spec != nullptr && (input.desired != nullptr || !result.state.exists);
  result.wanted = acted_on ? replicas(*input.spec, component) : result.state.wanted;
  if (component == Component::broker && input.spec != nullptr) result.is_ours = input.spec->broker.managed() != nullptr;
  const Stage* held = stage(input.desired, traits(component).name);
  if (held != nullptr && held->mode == Stage::Mode::hold) result.waits = held->reason;
  const bool drains = component == Component::engine && input.desired != nullptr && !result.waits;
  if (drains) result.draining_release = input.desired->draining_release;
  return result;
}

std::optional<JobSituation> job_situation(const StatusInput& input, std::string_view stage_name) {
  const Stage* wanted = stage(input.desired, stage_name);
  if (wanted == nullptr || wanted->objects.empty()) return std::nullopt;
  JobSituation result;
  result.name = wanted->objects.front().name;
  result.job = find_job(*input.observed, result.name);
  if (result.job == nullptr && wanted->mode == Stage::Mode::hold) result.waits = wanted->reason;
  return result;
}

}  // namespace

Situation situation(const StatusInput& input) {
  Situation result{input, {}, {}, std::nullopt, std::nullopt, std::nullopt};
  for (const ComponentTraits& each : component_table) {
    result.components[static_cast<std::size_t>(each.component)] = component_situation(input, each.component);
  }
  result.db_sync = job_situation(input, "database").value_or(JobSituation{});
  result.broker_check = job_situation(input, "broker-check");
  result.broker_users = job_situation(input, "broker-users");
  result.bootstrap = job_situation(input, "identity");
  return result;
}

Parts parts(const Situation& situation) {
  Parts result{config_valid(situation), {}};
  std::string_view waits_for = reason::waiting;  // the first that is not ready
  for (const ComponentSituation& component : situation.components) {
    result.gates.push_back(component_ready(situation, component, waits_for));
    const bool first = waits_for == reason::waiting;
    if (first && !result.gates.back().is_true()) {
      waits_for = reason::waiting_for[static_cast<std::size_t>(component.component)];
    }
    if (component.component != Component::broker) continue;
    const auto add = [&](Condition condition, std::string_view waiting_for) {
      result.gates.push_back(std::move(condition));
      if (waits_for == reason::waiting && !result.gates.back().is_true()) waits_for = waiting_for;
    };
    add(database_ready(situation), reason::waiting_for_database);
    if (situation.bootstrap) add(identity_ready(situation), reason::waiting_for_identity);
  }
  return result;
}

std::string_view apply_reason(const StatusInput& input) {
  if (input.apply_waits) return reason::waiting;
  return input.apply_error_is_final ? reason::apply_refused : reason::apply_failed;
}

}  // namespace heat
