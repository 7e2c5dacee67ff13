// Events: what was done and why, told once, when it happens.
#include "heat/component.h"
#include "heat/names.h"
#include "heat/status/condition.h"
#include "heat/status/reasons.h"
#include "heat/status/status.h"
#include "heat/workload_state.h"

namespace heat {
namespace {

constexpr std::size_t longest_note = 1000;  // events.k8s.io refuses a note of more than 1 kB

std::string cut(std::string note) {
  if (note.size() <= longest_note) return note;
  std::size_t end = longest_note - 4;
  while (end > 0 && (static_cast<unsigned char>(note[end]) & 0xc0U) == 0x80U) --end;
  return note.substr(0, end) + " …";
}

// The pods of a component as they are about to be; null where nothing is done about them.
const WantedPods* wanted_pods(const Desired* desired, const ComponentTraits& component) {
  if (desired == nullptr) return nullptr;
  for (const Stage& stage : desired->stages) {
    if (stage.mode != Stage::Mode::apply || stage.name != component.name) continue;
    const auto found = desired->pods.find(component.component);
    return found == desired->pods.end() ? nullptr : &found->second;
  }
  return nullptr;
}

void tell_components(const Observed& observed, const Desired* desired, std::vector<Notice>& notices) {
  std::string changed;
  for (const ComponentTraits& component : component_table) {
    const WantedPods* pods = wanted_pods(desired, component);
    const WorkloadState before = workload_state(observed, component.component);
    if (pods == nullptr || !before.exists) continue;
    const std::int64_t wanted = pods->replicas;
    const bool drains = component.component == Component::engine && !desired->draining_release.empty();
    if (before.wanted != wanted) {
      const std::string why =
          drains ? ": those of release " + desired->draining_release + " end before those of the next one start" : "";
      notices.push_back({false, before.wanted < wanted ? "ScalingOut" : "ScalingIn", "Scale",
                         std::string(component.plural) + ": " + std::to_string(before.wanted) + " → " +
                             std::to_string(wanted) + why});
    }
    if (drains) continue;
    const std::string& config = pods->configuration.config_map;
    if (before.config != config) {
      changed += std::string(component.plural) + ": configuration " + before.config + " → " + config + "; ";
    } else if (before.credentials != pods->configuration.credentials_digest) {
      const bool shows_certificate = component.component == Component::proxy;
      changed += std::string(component.plural) + (shows_certificate ? ": the certificate" : ": credentials") +
                 (shows_certificate ? " has changed; " : " have changed; ");
    }
  }
  if (!changed.empty()) {
    notices.push_back({false, "ConfigChanged", "Configure", cut(changed + "pods restart one by one")});
  }
}

// A condition that has turned to `status`, or is still there with another message.
bool is_news(const Condition& before, const Condition& now, std::string_view status) {
  return now.status == status && (before.status != now.status || before.message != now.message);
}

}  // namespace

std::vector<Notice> notices(const Observed& observed, const Desired* desired, const json::Value& status_before,
                            const json::Value& status_now) {
  std::vector<Notice> result;
  tell_components(observed, desired, result);

  const auto change = [&](std::string_view type) {
    return std::pair(former_condition(status_before, type), former_condition(status_now, type));
  };
  const auto [database_before, database] = change(database_ready_type);
  if (database.is_true() && !database_before.is_true()) {
    result.push_back({false, "DatabaseSynced", "SyncDatabase", database.message});
  }
  const auto [broker_before, broker] = change(traits(Component::broker).condition);
  const bool user_is_left =
      broker.reason == reason::former_user_in_use || broker.reason == reason::former_users_not_removed;
  if (user_is_left && is_news(broker_before, broker, "True")) {
    result.push_back({true, broker.reason, "RemoveUsers", cut(broker.message)});
  }
  const auto [stalled_before, stalled] = change(stalled_type);
  const auto [config_before, config] = change(config_valid_type);
  if (is_news(stalled_before, stalled, "True")) {
    result.push_back({true, "Blocked", "Reconcile", cut(stalled.message)});
  } else if (is_news(config_before, config, "False") && !stalled.is_true()) {
    result.push_back({true, "Blocked", "Reconcile", cut(config.message)});
  }
  const auto [reconciling_before, reconciling] = change(reconciling_type);
  if (reconciling.reason == reason::apply_failed && is_news(reconciling_before, reconciling, "True")) {
    result.push_back({true, "ReconcileError", "Reconcile", cut(reconciling.message)});
  }
  return result;
}

}  // namespace heat
