// Sees from outside when the work is done: counts StatefulSets as they come, and notes when the last write happened.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "kube/client.h"

namespace bench {

class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Progress(kube::Client& admin, std::string namespace_name);

  // Waits until `stateful_sets` have appeared and every HeatCluster's status has been written after its own, then until
  // nothing is written for `quiet`. Returns the moment of the last write, before the quiet time.
  Time wait_settled(int stateful_sets, std::chrono::milliseconds quiet);

 private:
  void watch(const kube::ResourceType& type, std::stop_token stop);
  void saw(const kube::ResourceType& type);

  kube::Client& admin_;
  const std::string namespace_name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int stateful_sets_ = 0;  // guarded by mutex_
  Time last_write_{};      // guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace bench
