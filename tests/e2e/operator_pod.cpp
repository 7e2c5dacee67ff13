#include "operator_pod.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "manifests.h"

namespace e2e {
namespace {

using integration::FileLock;

constexpr const char* release = "heat-operator";
constexpr const char* in_use = "operator.lock";  // shared by those that use it
constexpr integration::Duration longest_installation{120'000};
constexpr const char* pods_of_it = "app.kubernetes.io/name=heat-operator";

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The operator's processes in the pod of that UID. The container's group is named after the pod, with dashes or, where
// systemd makes it, with underscores.
std::vector<pid_t> processes_of(const std::string& uid) {
  std::string other = uid;
  std::replace(other.begin(), other.end(), '-', '_');
  std::vector<pid_t> found;
  for (const auto& process : std::filesystem::directory_iterator("/proc")) {
    const std::string name = process.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (content_of(process.path() / "comm") != "heat-operator\n") continue;
    const std::string groups = content_of(process.path() / "cgroup");
    const bool is_its = groups.find(uid) != std::string::npos || groups.find(other) != std::string::npos;
    if (is_its) found.push_back(std::stoi(name));
  }
  return found;
}

}  // namespace

OperatorPod& OperatorPod::instance() {
  static OperatorPod one(integration::ControlPlane::instance());
  return one;
}

OperatorPod::OperatorPod(const integration::ControlPlane& plane)
    : plane_(plane),
      in_use_(std::make_unique<FileLock>(plane.shared(in_use), FileLock::Kind::shared, longest_installation)),
      kubectl_(plane.admin().in(integration::operator_namespace)),
      helm_("helm", plane.scratch(""), integration::operator_namespace) {
  const FileLock alone(plane.shared("operator.installation.lock"), FileLock::Kind::exclusive, longest_installation);
  install();
}

void OperatorPod::install() const {
  plane_.admin().apply(restricted_namespace(integration::operator_namespace));
  const std::string image = e2e::image("OPERATOR");
  const auto colon = image.rfind(':');
  helm_.succeed({"upgrade", "--install", release, std::string(HEAT_OPERATOR_SOURCE_DIR) + "/charts/heat-operator",
                 "--take-ownership", "--set", "image.repository=" + image.substr(0, colon), "--set",
                 "image.tag=" + image.substr(colon + 1)});
  kubectl_.succeed({"rollout", "status", "deployment/heat-operator", "--timeout=50s"});
}

OperatorPod::~OperatorPod() {
  in_use_.reset();
  try {
    const FileLock nobody_uses_it(plane_.shared(in_use), FileLock::Kind::exclusive, integration::Duration(0));
    helm_.run({"uninstall", release});
  } catch (const std::runtime_error&) {
    // Another process does.
  }
}

std::string OperatorPod::log() const {
  return kubectl_.run({"logs", "--selector", pods_of_it, "--tail=-1", "--prefix"}).text();
}

ProcessCost OperatorPod::cost() const {
  ProcessCost all;
  for (const json::Value& pod : kubectl_.list("pods", pods_of_it)) {
    for (const pid_t process : processes_of(integration::uid_of(pod))) {
      const ProcessCost one = process_cost(process);
      all.cpu_seconds += one.cpu_seconds;
      all.highest_mib = std::max(all.highest_mib, one.highest_mib);
    }
  }
  // Rather none than a figure that flatters.
  if (all.cpu_seconds == 0) throw std::runtime_error("the operator's processes are not to be seen in /proc");
  return all;
}

}  // namespace e2e
