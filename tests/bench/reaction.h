// How long it takes from the edit of a replica count until the workload has it, seen from outside.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clusters.h"
#include "kube/client.h"

namespace bench {

struct ReactionTimes {
  double p50_ms = 0;
  double p99_ms = 0;
};

// Edits spec.engine.replicas of HeatClusters, one edit after the other, and waits each time until a watch shows the
// StatefulSet with that count. Who reacts is the caller's affair: the operator, or a BareLoop.
class Reaction {
 public:
  Reaction(kube::Client& admin, std::string namespace_name);

  // Over HeatClusters heat-0000 … heat-<clusters-1> in turn. Ends the process where nobody reacts within 30 s.
  ReactionTimes measure(int clusters, int edits);

 private:
  std::int64_t replicas_of(const std::string& cluster);
  double edit(const std::string& cluster, std::int64_t replicas);
  void watch(std::stop_token stop);

  kube::Client& admin_;
  const std::string namespace_name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::int64_t> replicas_;  // of StatefulSets, by name; guarded by mutex_
  std::jthread watcher_;
};

// The least that can react: a watch on HeatClusters, and for each new replica count one apply of the whole StatefulSet,
// whose bytes it has at hand. It decides nothing, remembers nothing, and writes no status.
class BareLoop {
 public:
  BareLoop(kube::Client& admin, std::string namespace_name, const std::vector<std::vector<Apply>>& clusters);

 private:
  void watch(std::stop_token stop);
  void react(const std::string& cluster, std::int64_t replicas, std::stop_token stop);

  kube::Client& admin_;
  const std::string namespace_name_;
  std::map<std::string, std::string> bodies_;        // StatefulSets, by HeatCluster; constant after construction
  std::map<std::string, std::int64_t> last_counts_;  // of the watcher's thread
  std::jthread watcher_;
};

}  // namespace bench
