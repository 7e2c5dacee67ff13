// Stands in for the Job controller: marks each db-sync Job complete as soon as it is there. Runs beside the operator
// and beside the ceiling alike, so that both meet the same load.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "kube/client.h"

namespace bench {

class JobCompleter {
 public:
  JobCompleter(kube::Client& admin, std::string namespace_name);
  int completed() const { return completed_; }

 private:
  void run(std::stop_token stop);
  void complete(const std::string& name, std::stop_token stop);

  kube::Client& admin_;
  const std::string namespace_name_;
  std::atomic<int> completed_{0};
  std::jthread thread_;
};

}  // namespace bench
