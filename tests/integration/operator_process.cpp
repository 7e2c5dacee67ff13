#include "operator_process.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace integration {

OperatorProcess::OperatorProcess(const std::string& binary, const std::string& kubeconfig, const std::string& log_file,
                                 const std::vector<std::string>& flags)
    : log_file_(log_file) {
  const std::vector<int> ports = free_ports(2);
  metrics_port_ = ports[0];
  health_port_ = ports[1];
  std::vector<std::string> argv{binary,
                                "--kubeconfig",
                                kubeconfig,
                                "--metrics-bind-address",
                                "127.0.0.1:" + std::to_string(metrics_port_),
                                "--health-probe-bind-address",
                                "127.0.0.1:" + std::to_string(health_port_),
                                "--secret-poll-interval",
                                "1s",
                                "--leader-elect-namespace",
                                "heat-operator-system",
                                "--log-format",
                                "json"};
  argv.insert(argv.end(), flags.begin(), flags.end());
  const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) throw std::runtime_error("cannot write " + log_file);
  process_ = std::make_unique<Process>(argv, Process::Streams{-1, log, log});
  close(log);
}

AssertionResult OperatorProcess::becomes_ready(Duration within) const {
  return wait_until(
      [&]() -> AssertionResult {
        if (health("/readyz").status == 200) return AssertionSuccess();
        return AssertionFailure() << "the operator is not ready; its log:\n" << log();
      },
      within);
}

double OperatorProcess::metric(const std::string& name, const std::string& label) const {
  std::istringstream lines(metrics_page());
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    const bool named = line.rfind(name + "{", 0) == 0 || line.rfind(name + " ", 0) == 0;
    if (!named || line.find(label) == std::string::npos) continue;
    sum += std::strtod(line.c_str() + line.rfind(' '), nullptr);
  }
  return sum;
}

double OperatorProcess::writes() const {
  double sum = 0;
  for (const char* method : {"PATCH", "POST", "DELETE"}) {
    sum += metric("rest_client_requests_total", std::string("method=\"") + method + "\"");
  }
  return sum;
}

AssertionResult OperatorProcess::does_passes(int count) const {
  const char* passes = "controller_runtime_reconcile_total";
  const double before = metric(passes);
  return wait_until([&]() -> AssertionResult {
    const double done = metric(passes) - before;
    if (done >= count) return AssertionSuccess();
    return AssertionFailure() << "only " << done << " of " << count << " passes";
  });
}

std::string OperatorProcess::log() const {
  std::ifstream file(log_file_);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<json::Value> OperatorProcess::log_entries() const {
  std::istringstream lines(log());
  std::vector<json::Value> entries;
  for (std::string line; std::getline(lines, line);) entries.push_back(json::parse(line).value_or(json::Value()));
  return entries;
}

std::optional<int> OperatorProcess::stop(Duration within) {
  begin_stop();
  return process_->wait(within);
}

void OperatorProcess::kill() {
  signal(SIGKILL);
  process_->wait(patience);
}

}  // namespace integration
