// A whole Heat on a real node: the operator in a pod, MariaDB, and a HeatCluster with all five components, in
// namespaces that enforce the Pod Security level "restricted".
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "control_plane.h"
#include "heat_api.h"
#include "heat_cluster_state.h"
#include "kubectl.h"
#include "operator_pod.h"
#include "wait_until.h"

namespace e2e {

using integration::Duration;
using integration::Finished;
using integration::Objects;
using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;

// One for the process: bringing it up takes a minute.
class RealHeat {
 public:
  // Brings it up at the first call. Where that fails, prints what it came to; then and afterwards throws.
  static RealHeat& instance();
  ~RealHeat();
  RealHeat(const RealHeat&) = delete;
  RealHeat& operator=(const RealHeat&) = delete;

  const integration::Kubectl& kubectl() const { return kubectl_; }
  // A caller of its own; the Service's addresses do not change.
  HeatApi api() const;
  // In a pod, as a person runs it.
  Finished openstack(const std::vector<std::string>& arguments) const;

  void patch_spec(const json::Value& spec) const;
  // All pods of the component are as many as wanted, ready, and no other is there, not even one that ends.
  AssertionResult settles(const std::string& component, int replicas, Duration within = long_patience) const;
  AssertionResult becomes_ready(Duration within = long_patience) const;
  AssertionResult is_settled_and_ready(Duration within = long_patience, const std::string& name = "heat") const {
    return e2e::is_settled_and_ready(kubectl_, name, within);
  }
  Objects pods(const std::string& component) const;
  std::set<std::string> pod_uids(const std::string& component) const;

  // From `kubectl apply` of database and HeatCluster on, measured while it came up.
  double seconds_to_first_stack() const { return seconds_to_first_stack_; }
  // What the operator had made of it by then, of the types that a start needs.
  const Objects& as_it_came_up() const { return as_it_came_up_; }
  // The HeatCluster as it is.
  json::Value cluster(const std::string& name = "heat") const { return kubectl_.get("heatcluster", name); }
  AssertionResult tells(const std::string& mend, Duration within, const std::string& name = "heat") const {
    return e2e::tells(kubectl_, name, mend, within);
  }
  // Prints what the operator has cost since this Heat was applied.
  void tell_cost() const;
  // Deletes the HeatCluster and its database, and waits until no pod is left. Nobody may ask anything of it afterwards.
  void take_down();
  // What happened and how far it came, for a person.
  std::string tell() const;

 private:
  RealHeat();
  static std::unique_ptr<RealHeat> brought_up();
  void bring_up();

  const integration::Kubectl kubectl_;
  const OperatorPod* operator_ = nullptr;
  integration::Monotonic applied_;
  double operators_cpu_before_ = 0;
  double seconds_to_first_stack_ = 0;
  Objects as_it_came_up_;
};

// Of this process, which others may run beside.
const std::string& heat_namespace();
// A caller of the Service of that namespace, once there is one.
HeatApi api_of(const integration::Kubectl& kubectl);
// Tries to create a stack twice a second until it is accepted, and waits until it is complete.
AssertionResult completes_a_first_stack(const integration::Kubectl& kubectl);

// Prints what a test has measured: `hack/test.sh e2e` shows these lines.
void figure(const std::string& what, double value, const std::string& unit);

}  // namespace e2e
