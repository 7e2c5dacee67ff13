#include <regex>

#include "heat/desired/desired.h"
#include "walk/chain.h"
#include "walk/core.h"
#include "walk/document.h"

namespace walk {
namespace {

const fake_api::Key cluster_key{"heatclusters", property::world_namespace, "heat"};
// A pass comes within milliseconds; this is for a machine that is busy with something else.
constexpr std::chrono::seconds patience{20};

}  // namespace

Declared::Declared(const json::Value& cluster) : cluster_(cluster), world_(property::World::Kind::external, "1s") {
  world_.simulation().set_stepwise(false);
  make_secrets();
  world_.api().create(cluster_);
  world_.operator_process().start();
}

void Declared::make_secrets() {
  const auto spec = heat::parse(cluster_);
  if (!spec) return;
  for (const std::string& name : heat::secret_names(*spec)) {
    if (!world_.api().read({"secrets", property::world_namespace, name}).is_null()) continue;
    json::Value secret = {{"apiVersion", "v1"},
                          {"kind", "Secret"},
                          {"metadata", {{"name", name}, {"namespace", property::world_namespace}}}};
    secret["stringData"] = secret_content(name);
    world_.api().create(secret);
  }
}

std::string Declared::condition(const std::string& type, const char* field) const {
  const json::Value status = world_.status();
  const json::Value* conditions = json::find(status, "/conditions");
  if (conditions == nullptr) return {};
  for (const json::Value& each : *conditions) {
    if (each.value("type", "") == type) return each.value(field, "");
  }
  return {};
}

bool Declared::seen() const {
  const json::Value object = world_.cluster();
  return json::integer_at(object, "/status/observedGeneration", -1) == json::integer_at(object, "/metadata/generation");
}

bool Declared::settled() const {
  return seen() && condition("Ready", "status") == "True" && condition("Reconciling", "status") == "False";
}

bool Declared::declare(const json::Value& cluster) {
  const json::Value patch = merge_patch(cluster_.at("spec"), cluster.at("spec"));
  cluster_ = cluster;
  make_secrets();
  if (!patch.empty()) world_.patch_spec(patch);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (world_.wait([&] { return settled(); })) return true;
    if (world_.operator_process().crashed()) return false;
  }
  return false;
}

std::string Declared::declare_refused(const json::Value& cluster) {
  const json::Value patch = merge_patch(cluster_.at("spec"), cluster.at("spec"));
  cluster_ = cluster;
  make_secrets();
  world_.patch_spec(patch);
  world_.wait([&] { return seen() && (settled() || condition("Stalled", "status") == "True"); });
  return condition("Stalled", "status") == "True" ? condition("Stalled", "message") : "";
}

bool Declared::is_quiet(std::chrono::milliseconds span) {
  return world_.server().log().wait_quiet(span, std::chrono::steady_clock::now() + patience);
}

int Declared::writes() const { return world_.server().log().write_count(); }

property::EndState Declared::state() const {
  static const std::regex job("heat-db-sync-[0-9a-f]{8}");
  property::EndState masked;
  for (const auto& [path, value] : property::end_state(world_.server().store())) {
    const bool of_job = path.starts_with("jobs/") && path.find("/metadata/name") == std::string::npos;
    const bool written_by =
        path.starts_with("heatclusters/") && path.find(" /metadata/managedFields/") != std::string::npos;
    // Which Secrets the walk has left behind is its own doing.
    const bool given = path.starts_with("secrets/") && path.find("/heat-credentials ") == std::string::npos;
    if (of_job || written_by || given) continue;
    masked[std::regex_replace(path, job, "heat-db-sync-*")] = std::regex_replace(value, job, "heat-db-sync-*");
  }
  return masked;
}

std::string Declared::last_words() const {
  return "status: " + world_.status().dump() + "\n" + world_.operator_process().log_tail(8);
}

}  // namespace walk
