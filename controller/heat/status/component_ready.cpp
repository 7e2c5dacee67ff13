// BrokerReady, EngineReady, APIReady, CFNReady, ProxyReady: as many pods as wanted are ready, all with the newest
// template. Pods too many, which finish their work, do not count against it: a drain may take hours and harms nobody.
#include "heat/names.h"
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {
namespace {

// A pod that comes up well has done so by then, where its image is present; what follows is a hint, no verdict.
constexpr std::chrono::seconds patience{30};

std::string counted(const ComponentSituation& component, std::int64_t ready) {
  return std::to_string(ready) + " of " + std::to_string(component.wanted) + " " +
         std::string(traits(component.component).plural) + " ready";
}

// What a person can do to learn why pods do not become ready: of pods only numbers are known here.
std::string where_to_look(const Situation& situation, const ComponentSituation& component) {
  const ComponentTraits& kind = traits(component.component);
  const std::string said = component.state.trouble.empty() ? std::string() : ": " + component.state.trouble;
  if (situation.input.spec == nullptr ||
      lasted(situation.live(), kind.condition, "False", situation.input.now) < patience) {
    return said;
  }
  const Spec& spec = *situation.input.spec;
  const std::string what = component.state.replicas < component.wanted
                               ? std::string(kind.workload->kind) + "/" + workload_name(spec.name, component.component)
                               : "pods -l " + selector_text(spec, kind.name);
  return said + ", and that for more than " + std::to_string(patience.count()) + "s: kubectl describe -n " +
         spec.namespace_name + " " + what + " tells why";
}

Condition without_workload(const Situation& situation, const ComponentSituation& component,
                           std::string_view waits_for) {
  const ComponentTraits& kind = traits(component.component);
  if (situation.input.spec == nullptr) return former_condition(situation.live(), kind.condition);
  if (component.wanted == 0) return condition(kind.condition, true, reason::scaled_to_zero, "scaled to zero");
  if (component.waits) return condition(kind.condition, false, waits_for, *component.waits);
  const std::string_view not_ready = reason::not_ready[static_cast<std::size_t>(component.component)];
  return condition(
      kind.condition, false, not_ready,
      situation.input.desired == nullptr ? "no " + std::string(kind.plural) + " yet" : counted(component, 0));
}

// What a broker whose pods are ready says of itself; empty: that all is well, or nothing.
std::string broker_trouble(const Situation& situation, const ComponentSituation& component) {
  const auto& report = situation.input.observed->broker_report;
  if (component.component != Component::broker || !report) return {};
  const std::string all = std::to_string(component.wanted);
  if (report->running < component.wanted) {
    return "all " + all + " broker nodes are ready, but only " + std::to_string(report->running) +
           " of them are in one cluster, as the broker says: the logs of the others tell why";
  }
  if (report->leaderless == 0) return {};
  return std::to_string(report->leaderless) + " of " + std::to_string(report->queues) +
         " queues have no leader, as the broker says, and take no message: rabbitmq-queues quorum_status in a broker "
         "pod tells which of their members are away";
}

}  // namespace

Condition component_ready(const Situation& situation, const ComponentSituation& component, std::string_view waits_for) {
  const ComponentTraits& kind = traits(component.component);
  const WorkloadState& state = component.state;
  const std::int64_t wanted = component.wanted;
  if (!component.is_ours) {
    return condition(kind.condition, true, reason::external,
                     "somebody else runs it; whether it is reached, its clients show");
  }
  if (!state.exists) return without_workload(situation, component, waits_for);

  const std::int64_t ready = std::min(state.ready, wanted);
  std::optional<Condition> image;
  if (component.component == Component::broker && situation.broker_check) image = broker_image(situation);
  if (image && image->reason != reason::checking_image) return *image;
  if (component.waits && state.wanted != wanted) {
    return condition(kind.condition, false, waits_for, counted(component, ready) + ", " + *component.waits);
  }
  if (!component.draining_release.empty()) {
    return condition(kind.condition, false, reason::draining,
                     "engines of release " + component.draining_release + " finish their work, " +
                         std::to_string(state.replicas) + " are left; those of " + situation.input.spec->release +
                         " start when all are gone");
  }
  // While its controller has not looked, its counts speak of the template before.
  if (!state.current || state.replicas < wanted || state.ready < wanted) {
    return condition(kind.condition, false, reason::not_ready[static_cast<std::size_t>(component.component)],
                     counted(component, ready) + where_to_look(situation, component));
  }
  if (state.updated < wanted || (!state.one_revision && wanted > 0)) {
    return condition(kind.condition, false, reason::rolling_out,
                     std::to_string(std::min(state.updated, wanted)) + " of " + std::to_string(wanted) + " " +
                         std::string(kind.plural) + " run the newest configuration, the others follow one by one" +
                         where_to_look(situation, component));
  }
  if (const std::string trouble = broker_trouble(situation, component); !trouble.empty()) {
    return condition(kind.condition, false, reason::not_ready[static_cast<std::size_t>(Component::broker)], trouble);
  }
  const std::int64_t surplus = state.replicas - wanted;
  const std::string finishing =
      surplus > 0 ? ", " + std::to_string(surplus) + (surplus == 1 ? " finishes its work" : " finish their work") : "";
  if (wanted == 0) return condition(kind.condition, true, reason::scaled_to_zero, "scaled to zero" + finishing);
  if (image) return *image;
  const std::string all_well = counted(component, ready) + finishing;
  if (component.component == Component::broker) {
    if (auto left = former_users(situation, all_well)) return *left;
  }
  return condition(kind.condition, true, reason::pods_ready, all_well);
}

}  // namespace heat
