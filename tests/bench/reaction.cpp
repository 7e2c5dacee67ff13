#include "reaction.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "heat/names.h"
#include "heat/spec.h"
#include "json/json.h"
#include "kube/decode.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(30);
// Between two edits, so that one's status and events are not measured with the next.
constexpr auto pause = std::chrono::milliseconds(100);

// The name of HeatCluster `number` as create_clusters() gives it.
std::string cluster_name(int number) {
  char name[16];
  std::snprintf(name, sizeof name, "heat-%04d", number);
  return name;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1) + 0.5)];
}

// Watches until stopped, from what is there on; `on_object` gets each object that comes or changes.
template <typename OnObject>
void follow(kube::Client& admin, const kube::ResourceType& type, const std::string& namespace_name,
            const kube::Projection& projection, std::stop_token stop, OnObject on_object) {
  kube::WatchOptions options;
  options.resource_version = "0";
  const auto on_line = [&](std::string_view line) {
    const auto event = kube::decode_watch_event(line, type, projection);
    if (event && event->object && event->type != kube::EventType::deleted) on_object(*event->object);
    return true;
  };
  while (!stop.stop_requested()) static_cast<void>(admin.watch(type, namespace_name, options, on_line, stop));
}

}  // namespace

Reaction::Reaction(kube::Client& admin, std::string namespace_name)
    : admin_(admin),
      namespace_name_(std::move(namespace_name)),
      watcher_([this](std::stop_token stop) { watch(stop); }) {}

void Reaction::watch(std::stop_token stop) {
  follow(admin_, kube::types::stateful_set, namespace_name_, {{"spec.replicas"}}, stop,
         [this](const kube::Object& object) {
           const std::int64_t replicas = json::integer_at(object.parsed(), "/spec/replicas");
           const std::lock_guard lock(mutex_);
           replicas_[object.key.name] = replicas;
           changed_.notify_all();
         });
}

std::int64_t Reaction::replicas_of(const std::string& cluster) {
  const std::string workload = heat::workload_name(cluster, heat::Component::engine);
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return replicas_.contains(workload); })) {
    std::fprintf(stderr, "converge_bench: StatefulSet %s is not there\n", workload.c_str());
    std::exit(1);
  }
  return replicas_.at(workload);
}

double Reaction::edit(const std::string& cluster, std::int64_t replicas) {
  const json::Value body{{"apiVersion", heat::heat_cluster.api_version()},
                         {"kind", heat::heat_cluster.kind},
                         {"metadata", {{"name", cluster}, {"namespace", namespace_name_}}},
                         {"spec", {{"engine", {{"replicas", replicas}}}}}};
  const std::string workload = heat::workload_name(cluster, heat::Component::engine);
  const auto start = Clock::now();
  const auto edited = admin_.apply(heat::heat_cluster, {namespace_name_, cluster}, body.dump(), {}, {});
  std::unique_lock lock(mutex_);
  const bool reacted =
      edited && changed_.wait_until(lock, start + patience, [&] { return replicas_[workload] == replicas; });
  if (!reacted) {
    std::fprintf(stderr, "converge_bench: StatefulSet %s has not followed the edit within 30 s\n", workload.c_str());
    std::exit(1);
  }
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

ReactionTimes Reaction::measure(int clusters, int edits) {
  std::vector<double> times;
  for (int i = 0; i < edits; ++i) {
    const std::string cluster = cluster_name(i % clusters);
    // 2 and 3 are within one reach: nothing but the count changes. Who was measured before left either behind, and an
    // edit that changes nothing measures nothing.
    times.push_back(edit(cluster, replicas_of(cluster) == 2 ? 3 : 2));
    std::this_thread::sleep_for(pause);
  }
  std::sort(times.begin(), times.end());
  return {percentile(times, 0.5), percentile(times, 0.99)};
}

BareLoop::BareLoop(kube::Client& admin, std::string namespace_name, const std::vector<std::vector<Apply>>& clusters)
    : admin_(admin), namespace_name_(std::move(namespace_name)) {
  for (const std::vector<Apply>& applies : clusters) {
    for (const Apply& apply : applies) {
      if (!(*apply.type == kube::types::stateful_set)) continue;
      const std::string suffix = heat::workload_name("", heat::Component::engine);
      bodies_[apply.name.substr(0, apply.name.size() - suffix.size())] = apply.body;
    }
  }
  watcher_ = std::jthread([this](std::stop_token stop) { watch(stop); });
}

void BareLoop::watch(std::stop_token stop) {
  follow(admin_, heat::heat_cluster, namespace_name_, {{"spec.engine.replicas"}}, stop,
         [this, &stop](const kube::Object& object) {
           const std::int64_t replicas = json::integer_at(object.parsed(), "/spec/engine/replicas");
           const auto [known, is_new] = last_counts_.try_emplace(object.key.name, replicas);
           if (is_new || known->second == replicas) return;
           known->second = replicas;
           react(object.key.name, replicas, stop);
         });
}

void BareLoop::react(const std::string& cluster, std::int64_t replicas, std::stop_token stop) {
  json::Value body = json::parse(bodies_.at(cluster)).value();
  body["spec"]["replicas"] = replicas;
  const auto applied =
      admin_.apply(kube::types::stateful_set, {namespace_name_, heat::workload_name(cluster, heat::Component::engine)},
                   body.dump(), {}, stop);
  if (!applied) std::fprintf(stderr, "converge_bench: %s\n", applied.error().text().c_str());
}

}  // namespace bench
