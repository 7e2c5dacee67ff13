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
  std::vector<std::string> argv{binary,        "--kubeconfig",
                                kubeconfig,    "--metrics-bind-address",
                                "127.0.0.1:0", "--health-probe-bind-address",
                                "127.0.0.1:0", "--secret-poll-interval",
                                "1s",          "--log-format",
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

Page OperatorProcess::page(const std::string& pages, const std::string& path) const {
  if (!ports_.contains(pages)) {
    for (const json::Value& entry : log_entries()) {
      if (entry.is_object() && entry.value("msg", "") == "listening" && entry.at("pages") == pages) {
        ports_[pages] = entry.at("port").get<int>();
      }
    }
  }
  const auto port = ports_.find(pages);
  return port == ports_.end() ? Page{} : fetch(port->second, path);
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

AssertionResult OperatorProcess::does_passes(int count, Duration within) const {
  const char* passes = "controller_runtime_reconcile_total";
  const double before = metric(passes);
  return wait_until(
      [&]() -> AssertionResult {
        const double done = metric(passes) - before;
        if (done >= count) return AssertionSuccess();
        return AssertionFailure() << "only " << done << " of " << count << " passes";
      },
      within);
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
