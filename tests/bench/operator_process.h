// The operator as a process of its own, measured from outside: /proc and its own /metrics.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

class OperatorProcess {
 public:
  // Starts it with loopback addresses for metrics and health on free ports. `arguments` come after those.
  OperatorProcess(const std::string& binary, const std::string& kubeconfig, const std::vector<std::string>& arguments);
  ~OperatorProcess();
  OperatorProcess(const OperatorProcess&) = delete;
  OperatorProcess& operator=(const OperatorProcess&) = delete;

  // Waits until /readyz answers 200: caches are synced.
  void wait_ready() const;
  // SIGTERM, then waits; returns the exit code.
  int stop();

  double cpu_seconds() const;
  long rss_kib() const;
  long peak_rss_kib() const;
  // Sum of all series of that name, or of those that carry `label` (`method="PATCH"`).
  double metric(const std::string& name, const std::string& label = "") const;
  // PATCH, POST and DELETE requests so far: all writes but the Lease's renewals, which are the only PUTs.
  double writes() const;
  double renewals() const;
  double requests() const;

 private:
  pid_t pid_ = -1;
  int metrics_port_ = 0;
  int health_port_ = 0;
};

}  // namespace bench
