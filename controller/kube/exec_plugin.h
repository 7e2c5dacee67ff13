// Credential plugins of a kubeconfig (client.authentication.k8s.io): starting the program, and reading its answer.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "json/json.h"

namespace kube {

struct ExecPlugin {
  std::string api_version;  // client.authentication.k8s.io/v1 or …/v1beta1
  std::string command;      // a path, or a name that is looked up in PATH
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;  // whole: the process' original one and the entry's additions
  std::string install_hint;
  json::Value cluster;  // the Cluster for KUBERNETES_EXEC_INFO; null: the entry does not want it provided
  std::string entry;    // how messages name it
};

struct ExecCredential {
  std::string token;
  std::string client_cert_pem;
  std::string client_key_pem;
  std::optional<std::chrono::system_clock::time_point> expires;
};

// Runs the program without a shell and without a terminal, waits for at most `timeout` and reads at most 1 MiB. What it
// writes to stderr goes to ours. Errors never hold what it wrote to stdout.
base::Result<ExecCredential> run_exec_plugin(const ExecPlugin& plugin, base::Duration timeout);

// The answer's JSON. Pure.
base::Result<ExecCredential> parse_exec_credential(std::string_view text, const std::string& api_version);

// The value of KUBERNETES_EXEC_INFO. Pure.
std::string exec_info(const ExecPlugin& plugin);

}  // namespace kube
