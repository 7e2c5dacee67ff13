#include "heat/engine_report.h"

#include <algorithm>
#include <set>

#include "json/json.h"

namespace heat {
namespace {

bool is_pod_of(std::string_view name, const std::string& workload) {
  if (!name.starts_with(workload + "-")) return false;
  const std::string_view ordinal = name.substr(workload.size() + 1);
  return !ordinal.empty() && std::all_of(ordinal.begin(), ordinal.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

base::Result<EngineReport> engine_report(std::string_view services, const std::string& workload) {
  const auto parsed = json::parse(services);
  const json::Value* list = parsed ? json::find(*parsed, "/services") : nullptr;
  if (list == nullptr || !list->is_array()) return base::failure("Heat's list of services is none");
  std::set<std::string> pods;
  for (const json::Value& service : *list) {
    const std::string name = json::string_at(service, "/hostname");
    if (json::string_at(service, "/status") == "up" && is_pod_of(name, workload)) pods.insert(name);
  }
  return EngineReport{static_cast<std::int64_t>(pods.size())};
}

}  // namespace heat
