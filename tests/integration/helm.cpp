#include "helm.h"

#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace integration {
namespace {

// Waits for Deployments of simulated pods are short.
constexpr Duration longest_command{120'000};

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Helm::Helm(std::string program, std::string home, std::string namespace_name)
    : program_(std::move(program)), home_(std::move(home)), namespace_(std::move(namespace_name)) {}

Finished Helm::run(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv = {"/usr/bin/env"};
  for (const char* kept : {"CACHE", "CONFIG", "DATA"}) {
    argv.push_back("HELM_" + std::string(kept) + "_HOME=" + home_ + "/helm-" + kept);
  }
  argv.insert(argv.end(), {from_environment("HEAT_OPERATOR_TEST_BIN") + "/" + program_, "--kubeconfig",
                           from_environment("HEAT_OPERATOR_TEST_KUBECONFIG"), "--namespace", namespace_});
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return integration::run(argv, "", longest_command);
}

std::string Helm::succeed(const std::vector<std::string>& arguments) const {
  const Finished finished = run(arguments);
  if (finished.exit_code != 0) throw std::runtime_error(program_ + " " + arguments.front() + ": " + finished.text());
  return finished.out;
}

}  // namespace integration
