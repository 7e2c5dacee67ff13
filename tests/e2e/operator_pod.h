// The operator as its users run it: its image in pods, by the chart, under the chart's rights, in a namespace that
// enforces the Pod Security level "restricted".
#pragma once

#include <memory>
#include <string>

#include "control_plane.h"
#include "file_lock.h"
#include "helm.h"
#include "kubectl.h"
#include "process_cost.h"

namespace e2e {

class OperatorPod {
 public:
  // One for all processes on the cluster, which looks after all namespaces. The first call installs it, taking over
  // what is there of its kind, and waits until one of its pods leads and another stands by. Throws std::runtime_error
  // with what helm or kubectl said.
  static OperatorPod& instance();
  // The last process uninstalls it; the CRD stays.
  ~OperatorPod();
  OperatorPod(const OperatorPod&) = delete;
  OperatorPod& operator=(const OperatorPod&) = delete;

  // Of all its pods, as far as their containers have not been started anew.
  std::string log() const;
  // The CPU of all its processes, and the RSS of the largest.
  ProcessCost cost() const;

 private:
  explicit OperatorPod(const integration::ControlPlane& plane);
  void install() const;

  const integration::ControlPlane& plane_;
  std::unique_ptr<integration::FileLock> in_use_;
  const integration::Kubectl kubectl_;  // in its namespace
  const integration::Helm helm_;
};

}  // namespace e2e
