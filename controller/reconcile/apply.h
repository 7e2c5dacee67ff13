// Makes the stages of desired() so, in order, with as few requests as there are differences.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "heat/desired/desired.h"
#include "reconcile/world.h"

namespace reconcile {

// Why applying ended before its end.
struct ApplyFailure {
  std::string message;  // for status and log: which object, what was answered, what to do
  bool waits = false;   // nothing is wrong: the former owner's objects are still being collected
  bool final = false;   // only a change by a person mends it
  base::Duration retry_after{0};
};

// Applies one object where its live fields differ from its body.
//
// An object that is not known yet is applied without force: where somebody else made one of that name, the API server
// answers with a conflict, and nothing of theirs is taken over. One that belongs to a former HeatCluster of the same
// name is left to the garbage collector. Before something that exists is changed, and before something is created for a
// HeatCluster that is not new, it is read live once: a stale cache must neither undo what a newer spec has done, nor
// take the garbage collector's work for a loss.
class Applier {
 public:
  // `is_new`: nobody has acted on this HeatCluster yet.
  Applier(const World& world, const kube::Object& cluster, bool is_new, std::stop_token stop);

  base::Result<void, ApplyFailure> apply(const heat::Desired& desired);
  // Of apply(), only what costs no pod a restart: the replica counts of workloads that differ in nothing else.
  base::Result<void, ApplyFailure> apply_counts(const heat::Desired& desired);
  // Deletes children of ours that no stage names and that nothing may still read.
  base::Result<void, ApplyFailure> prune(const heat::Desired& desired);

 private:
  bool differs_in_count(const heat::DesiredObject& object) const;
  base::Result<void, ApplyFailure> apply_object(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> patch(const heat::DesiredObject& object, bool exists);
  base::Result<void, ApplyFailure> remove(const kube::ResourceType& type, const kube::Object& object);
  base::Result<kube::ObjectPtr, ApplyFailure> live_state(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> still_current();

  const World& world_;
  const kube::Object& cluster_;
  const bool is_new_;
  const std::stop_token stop_;
  bool checked_current_ = false;
};

}  // namespace reconcile
