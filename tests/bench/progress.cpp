#include "progress.h"

#include <cstdio>
#include <cstdlib>

#include "heat/spec.h"
#include "kube/decode.h"

namespace bench {
namespace {
constexpr auto patience = std::chrono::minutes(10);

bool is_ready(const json::Value& cluster) {
  const json::Value* conditions = json::find(cluster, "/status/conditions");
  if (conditions == nullptr || !conditions->is_array()) return false;
  for (const json::Value& condition : *conditions) {
    if (json::string_at(condition, "/type") == "Ready") return json::string_at(condition, "/status") == "True";
  }
  return false;
}

}  // namespace

Progress::Progress(kube::Client& admin, std::string namespace_name)
    : admin_(admin), namespace_name_(std::move(namespace_name)) {
  for (const kube::ResourceType* type : {&kube::types::stateful_set, &heat::heat_cluster}) {
    threads_.emplace_back([this, type](std::stop_token stop) { watch(*type, stop); });
  }
}

void Progress::watch(const kube::ResourceType& type, std::stop_token stop) {
  kube::WatchOptions options;
  options.resource_version = "0";
  while (!stop.stop_requested()) {
    const auto on_line = [&](std::string_view line) {
      const auto event = kube::decode_watch_event(line, type, {{"status.conditions"}});
      if (event && event->object) saw(type, *event->object);
      return true;
    };
    static_cast<void>(admin_.watch(type, namespace_name_, options, on_line, stop));
  }
}

void Progress::saw(const kube::ResourceType& type, const kube::Object& object) {
  const bool ready = type == heat::heat_cluster && is_ready(object.parsed());
  const std::lock_guard lock(mutex_);
  if (ready) ready_.insert(object.key.name);
  last_write_ = std::chrono::steady_clock::now();
  changed_.notify_all();
}

Progress::Time Progress::wait_settled(std::size_t clusters, std::chrono::milliseconds quiet) {
  std::unique_lock lock(mutex_);
  const Time deadline = std::chrono::steady_clock::now() + patience;
  if (!changed_.wait_until(lock, deadline, [&] { return ready_.size() >= clusters; })) {
    std::fprintf(stderr, "converge_bench: %zu of %zu HeatClusters are Ready after 10 minutes\n", ready_.size(),
                 clusters);
    std::exit(1);
  }
  while (true) {
    const Time last = last_write_;
    if (!changed_.wait_until(lock, last + quiet, [&] { return last_write_ != last; })) return last;
  }
}

}  // namespace bench
