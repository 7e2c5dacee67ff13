// Events: what was done and why, told once, when it happens.
#include "heat/workload_state.h"
#include "heat/names.h"
#include "heat/status/condition.h"
#include "heat/status/reasons.h"
#include "heat/status/status.h"

namespace heat {
namespace {

constexpr std::size_t longest_note = 1000;  // events.k8s.io refuses a note of more than 1 kB

std::string cut(std::string note) {
  if (note.size() <= longest_note) return note;
  std::size_t end = longest_note - 4;
  while (end > 0 && (static_cast<unsigned char>(note[end]) & 0xc0U) == 0x80U) --end;
  return note.substr(0, end) + " …";
}

const json::Value* engine_body(const Desired* desired) {
  if (desired == nullptr) return nullptr;
  for (const Stage& stage : desired->stages) {
    if (stage.mode != Stage::Mode::apply) continue;
    for (const DesiredObject& object : stage.objects) {
      if (*object.type == kube::types::stateful_set) return &object.body;
    }
  }
  return nullptr;
}

std::string annotation(const json::Value& stateful_set, std::string_view name) {
  const json::Value* annotations = json::find(stateful_set, "/spec/template/metadata/annotations");
  return annotations == nullptr ? std::string() : annotations->value(std::string(name), "");
}

void tell_engine(const Observed& observed, const json::Value& body, std::vector<Notice>& notices) {
  const WorkloadState before = workload_state(observed, Component::engine);
  const std::int64_t wanted = json::integer_at(body, "/spec/replicas");
  if (before.wanted != wanted) {
    notices.push_back({false, before.wanted < wanted ? "ScalingOut" : "ScalingIn", "Scale",
                       "engines: " + std::to_string(before.wanted) + " → " + std::to_string(wanted)});
  }
  if (!before.exists) return;
  const std::string config = annotation(body, config_annotation);
  if (before.config != config) {
    notices.push_back({false, "ConfigChanged", "Configure",
                       "configuration: " + before.config + " → " + config + "; engines restart one by one"});
  } else if (before.credentials != annotation(body, credentials_annotation)) {
    notices.push_back({false, "ConfigChanged", "Configure", "credentials have changed; engines restart one by one"});
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
  if (const json::Value* body = engine_body(desired)) tell_engine(observed, *body, result);

  const auto change = [&](std::string_view type) {
    return std::pair(former_condition(status_before, type), former_condition(status_now, type));
  };
  const auto [database_before, database] = change(database_ready_type);
  if (database.is_true() && !database_before.is_true()) {
    result.push_back({false, "DatabaseSynced", "SyncDatabase", database.message});
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
