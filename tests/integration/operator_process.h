// The operator as a process of its own, seen from outside: log, pages, exit code.
#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "json/json.h"
#include "loopback.h"
#include "process.h"
#include "wait_until.h"

namespace integration {

class OperatorProcess {
 public:
  // Starts it on any free loopback ports and with a short Secret poll; `flags` come after those. Its stderr goes to
  // `log_file`, where it tells the ports.
  OperatorProcess(const std::string& binary, const std::string& kubeconfig, const std::string& log_file,
                  const std::vector<std::string>& flags = {});

  // /readyz answers 200: all stores are synced.
  AssertionResult becomes_ready(Duration within = patience) const;
  Page health(const std::string& path) const { return page("/healthz, /readyz", path); }

  std::string metrics_page() const { return page("/metrics", "/metrics").body; }
  // Sum of all series of that name whose labels contain `label` (`method="PATCH"`); 0 where there is none.
  double metric(const std::string& name, const std::string& label = "") const;
  // PATCH, POST and DELETE requests so far: all writes but the Lease's renewals, which are the only PUTs.
  double writes() const;
  // These as well.
  double all_writes() const { return writes() + metric("rest_client_requests_total", "method=\"PUT\""); }
  // Waits until it has done that many more passes over HeatClusters. The Secret poll brings one each second.
  AssertionResult does_passes(int count, Duration within = patience) const;

  std::string log() const;
  // Each line of the log, parsed; a line that is no JSON object becomes null.
  std::vector<json::Value> log_entries() const;

  // SIGTERM; the exit code, or nullopt where it has not ended within that time.
  std::optional<int> stop(Duration within = Duration(10'000));
  // Sends SIGTERM and returns at once.
  void begin_stop() const { signal(SIGTERM); }
  void signal(int number) const { process_->signal(number); }
  pid_t pid() const { return process_->pid(); }
  // SIGKILL, and waits until it is gone.
  void kill();
  // nullopt: it still runs.
  std::optional<int> exit_code(Duration within = Duration(0)) { return process_->wait(within); }

 private:
  // Status 0 also where it has not told yet that it serves `pages`.
  Page page(const std::string& pages, const std::string& path) const;

  std::string log_file_;
  mutable std::map<std::string, int> ports_;  // by the pages that are served there; as far as the log was asked
  std::unique_ptr<Process> process_;
};

}  // namespace integration
