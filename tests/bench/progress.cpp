#include "progress.h"

#include <cstdio>
#include <cstdlib>

#include "heat/spec.h"
#include "kube/decode.h"

namespace bench {
namespace {
constexpr auto patience = std::chrono::minutes(10);
}

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
      const auto event = kube::decode_watch_event(line, type, {});
      if (event && event->object) saw(type);
      return true;
    };
    static_cast<void>(admin_.watch(type, namespace_name_, options, on_line, stop));
  }
}

void Progress::saw(const kube::ResourceType& type) {
  const std::lock_guard lock(mutex_);
  if (type == kube::types::stateful_set) ++stateful_sets_;
  last_write_ = std::chrono::steady_clock::now();
  changed_.notify_all();
}

Progress::Time Progress::wait_settled(int stateful_sets, std::chrono::milliseconds quiet) {
  std::unique_lock lock(mutex_);
  const Time deadline = std::chrono::steady_clock::now() + patience;
  if (!changed_.wait_until(lock, deadline, [&] { return stateful_sets_ >= stateful_sets; })) {
    std::fprintf(stderr, "converge_bench: %d of %d StatefulSets after 10 minutes\n", stateful_sets_, stateful_sets);
    std::exit(1);
  }
  while (true) {
    const Time last = last_write_;
    if (!changed_.wait_until(lock, last + quiet, [&] { return last_write_ != last; })) return last;
  }
}

}  // namespace bench
