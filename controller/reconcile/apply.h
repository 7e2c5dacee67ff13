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
// name is left to the garbage collector. Before something that exists is changed, `still_current` is asked once whether
// the HeatCluster that we act on is the live one: a stale cache must not undo what a newer spec has done.
class Applier {
 public:
  Applier(const World& world, const kube::Object& cluster, std::stop_token stop);

  base::Result<void, ApplyFailure> apply(const heat::Desired& desired);
  // Deletes children of ours that no stage names and that nothing may still read.
  base::Result<void, ApplyFailure> prune(const heat::Desired& desired);

  std::size_t writes() const { return writes_; }

 private:
  base::Result<void, ApplyFailure> apply_object(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> patch(const heat::DesiredObject& object, bool exists);
  base::Result<void, ApplyFailure> remove(const kube::ResourceType& type, const kube::Object& object);
  base::Result<kube::ObjectPtr, ApplyFailure> live_state(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> still_current();

  const World& world_;
  const kube::Object& cluster_;
  const std::stop_token stop_;
  bool checked_current_ = false;
  std::size_t writes_ = 0;
};

}  // namespace reconcile
