// Fixtures: a fresh namespace a test, and the operator as it is shipped. Tests of different processes run beside each
// other: each looks at its own namespaces alone, and whatever changes more belongs into alone/.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control_plane.h"
#include "kubectl.h"
#include "operator_process.h"
#include "wait_until.h"

namespace integration {

// A namespace of its own, without an operator.
class NamespaceTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  static const ControlPlane& plane() { return ControlPlane::instance(); }
  // kubectl in this test's namespace.
  const Kubectl& kubectl() const { return *kubectl_; }

  // A PersistentVolume for each of these claims of this test's namespace, since nothing here makes any on demand. It
  // goes with the test.
  void offer_volumes(const std::vector<std::string>& claims, const std::string& size,
                     const std::string& storage_class = "");

 private:
  std::optional<Kubectl> kubectl_;
  bool offers_volumes_ = false;
};

struct Condition {
  std::string status;
  std::string reason;
  std::string message;
};

// With the operator running under its own ServiceAccount, limited to the test's namespace. A test may end and start it
// as often as it likes.
class OperatorTest : public NamespaceTest {
 protected:
  void SetUp() override;
  void TearDown() override;

  // What says where it works and where it elects; comes before a test's own flags.
  virtual std::vector<std::string> scope() const;
  OperatorProcess& heat_operator() { return *operator_; }
  // Ends the one that runs, if any, and starts another; waits until it is ready.
  void restart_operator(const std::vector<std::string>& flags = {});
  // Starts it and waits for nothing.
  void start_operator(const std::string& kubeconfig, const std::vector<std::string>& flags = {});
  // It must end with 0.
  void stop_operator();
  // Forgets one that has ended otherwise, as it should.
  void drop_operator() { operator_.reset(); }

  // Applies the sample and waits until its HeatCluster is ready; the HeatCluster. Throws where it does not become so:
  // what follows would then tell of nothing.
  json::Value bring_up();
  json::Value heat_cluster(const std::string& name = "heat") const { return kubectl().get("heatcluster", name); }
  void patch_spec(const json::Value& spec, const std::string& name = "heat") const;

  // Ready=True for the spec as it is now.
  AssertionResult becomes_ready(const std::string& name = "heat", Duration within = patience) const;
  Condition condition(const std::string& type, const std::string& name = "heat") const;
  // The condition reaches `status`, and its message contains every one of `words`.
  AssertionResult condition_becomes(const std::string& type, const std::string& status,
                                    const std::vector<std::string>& words = {}, const std::string& name = "heat") const;

  // The operator does `passes` passes in a row without a write: what it had to do is done and told. Where Ready is True
  // it may still tell events or prune.
  AssertionResult falls_silent(int passes = 2) const;

  // What the HeatCluster owns, and Secrets of its name: all that the operator made.
  Objects children(const std::string& name = "heat") const;
  Objects engine_pods(const std::string& name = "heat") const;
  Objects engine_config_maps(const std::string& name = "heat") const;
  // All pods of the StatefulSet run its newest revision, are ready, and are as many as it asks for.
  AssertionResult engines_settle(const std::string& name = "heat") const;

 private:
  std::unique_ptr<OperatorProcess> operator_;
  int starts_ = 0;
};

// The claims of a managed broker of the HeatCluster "heat".
std::vector<std::string> broker_claims(int nodes);

// Name of the StatefulSet, its Service and the like.
inline const std::string engine = "heat-engine";

// UIDs by name: to see what was made anew.
std::map<std::string, std::string> uids(const Objects& objects);
// What the operator has applied of each object, by "Kind/name": its entries in managedFields, which hold its fields and
// the time of its last change. A resourceVersion would tell of others' writes too: controllers keep every status.
std::map<std::string, std::string> applied(const Objects& objects);
// Whether `text` contains every one of `words`; says which one it does not.
AssertionResult contains(const std::string& text, const std::vector<std::string>& words);

}  // namespace integration
