#include "heat/one_time_job.h"

#include <charconv>

#include "base/hash.h"
#include "heat/names.h"

namespace heat {
namespace {

const json::Value* true_condition(const ObservedChild& job, const char* type) {
  const json::Value* conditions = json::find(job.fields, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return nullptr;
  for (const json::Value& condition : *conditions) {
    if (json::string_at(condition, "/type") == type && json::string_at(condition, "/status") == "True") {
      return &condition;
    }
  }
  return nullptr;
}

std::string annotation(const ObservedChild& job, std::string_view name) {
  const json::Value* annotations = json::find(job.fields, "/metadata/annotations");
  return annotations == nullptr ? std::string() : annotations->value(std::string(name), "");
}

}  // namespace

std::string job_hash(const OneTimeJob& job, std::size_t digits) {
  return base::sha256_hex(job.target + job.credentials, digits);
}

JobState job_state(const ObservedChild& job) {
  if (true_condition(job, "Complete") != nullptr) return JobState::complete;
  if (true_condition(job, "Failed") != nullptr) return JobState::failed;
  return JobState::running;
}

std::string job_failure(const ObservedChild& job) {
  const json::Value* failed = true_condition(job, "Failed");
  if (failed == nullptr) return {};
  return json::string_at(*failed, "/reason", "Failed") + ": " + json::string_at(*failed, "/message", "no message");
}

std::optional<int> job_exit_code(const ObservedChild& job) {
  // "Container x for pod y failed with exit code 100 matching FailJob rule at index 0"
  constexpr std::string_view before = "exit code ";
  const json::Value* failed = true_condition(job, "Failed");
  if (failed == nullptr || json::string_at(*failed, "/reason") != "PodFailurePolicy") return std::nullopt;
  const std::string message = json::string_at(*failed, "/message");
  const std::size_t at = message.rfind(before);
  int code = 0;
  if (at == std::string::npos) return std::nullopt;
  const char* digits = message.data() + at + before.size();
  const auto read = std::from_chars(digits, message.data() + message.size(), code);
  return read.ec == std::errc() ? std::optional(code) : std::nullopt;
}

const ObservedChild* current_job(const Observed& observed, const OneTimeJob& wanted) {
  const auto rank = [](const ObservedChild& job) {
    const JobState state = job_state(job);
    return state == JobState::complete ? 2 : state == JobState::running ? 1 : 0;
  };
  const ObservedChild* best = nullptr;
  for (const ObservedChild& job : observed.jobs) {
    if (job.deleting || annotation(job, wanted.annotation) != wanted.target) continue;
    if (job_state(job) == JobState::failed && annotation(job, credentials_annotation) != wanted.credentials) continue;
    // Equal ranks are told apart by name, so that the answer does not depend on the order of the list.
    const bool better =
        best == nullptr || rank(job) > rank(*best) || (rank(job) == rank(*best) && job.name < best->name);
    if (better) best = &job;
  }
  return best;
}

bool is_former(const ObservedChild& job, const OneTimeJob& wanted, const ObservedChild* current) {
  if (annotation(job, wanted.annotation).empty() || job.deleting) return false;
  return (current == nullptr || job.name != current->name) && job_state(job) == JobState::complete;
}

bool database_was_made(const Observed& observed) {
  for (const ObservedChild& job : observed.jobs) {
    if (!annotation(job, database_annotation).empty() && job_state(job) == JobState::complete) return true;
  }
  const json::Value* conditions = json::find(observed.status, "/conditions");
  if (conditions == nullptr || !conditions->is_array()) return false;
  for (const json::Value& condition : *conditions) {
    if (json::string_at(condition, "/type") == "DatabaseReady") return json::string_at(condition, "/status") == "True";
  }
  return false;
}

}  // namespace heat
