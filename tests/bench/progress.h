// Sees from outside when the work is done: which HeatClusters are Ready, and when the last write of theirs happened.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "kube/client.h"
#include "kube/model/object.h"

namespace bench {

class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Progress(kube::Client& admin, std::string namespace_name);

  // Waits until that many HeatClusters are Ready, then until neither they nor their StatefulSets are written for
  // `quiet`. Returns the moment of the last write, before the quiet time.
  Time wait_settled(std::size_t clusters, std::chrono::milliseconds quiet);

 private:
  void watch(const kube::ResourceType& type, std::stop_token stop);
  void saw(const kube::ResourceType& type, const kube::Object& object);

  kube::Client& admin_;
  const std::string namespace_name_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> ready_;  // names of HeatClusters; guarded by mutex_
  Time last_write_{};            // guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace bench
