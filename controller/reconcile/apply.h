// Makes the stages of desired() so, in order, with as few requests as there are differences.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "heat/desired/desired.h"
#include "reconcile/world.h"

namespace reconcile {

// The watch is about to tell what the view did not show, and wakes the key; this is for the case that it already has.
inline constexpr base::Duration view_lag = std::chrono::milliseconds(200);

// The operator's own Secret: only we write it, so what is known of it may be that old when a pass compares it.
inline constexpr base::Duration own_secret_max_age = std::chrono::seconds(30);

// Why applying ended before its end.
struct ApplyFailure {
  std::string message;  // for status and log: which object, what was answered, what to do
  bool waits = false;   // nothing is wrong: the former owner's objects are still being collected
  bool stale = false;   // the world is not what this pass was computed from: nothing that it knows is worth telling
  bool final = false;   // only a change by a person mends it
  base::Duration retry_after{0};
};

// Applies one object where its live fields differ from its body.
//
// An object that is not known yet is applied without force: where somebody else made one of that name, the API server
// answers with a conflict, and nothing of theirs is taken over. One that belongs to a former HeatCluster of the same
// name is left to the garbage collector. Before something that exists is changed, and before something is created for a
// HeatCluster that is not new, it is read live once: a stale cache must neither undo what a newer spec has done, nor
// take the garbage collector's work for a loss. What exists is applied with its UID: where it has been deleted in the
// meantime the API server refuses, and makes nothing anew.
class Applier {
 public:
  // `is_new`: nobody has acted on this HeatCluster yet.
  Applier(const World& world, const kube::Object& cluster, bool is_new, std::stop_token stop);

  base::Result<void, ApplyFailure> apply(const heat::Desired& desired);
  // Of apply(), only what costs no pod a restart: the replica counts of workloads that differ in nothing else, applied
  // to the very version of the workload that was compared. More replicas need no live read: pods that are too many for
  // a spec newer than ours are taken away by the pass that sees it. Fewer are work that is cut short: they need one
  // where this process cannot tell that its view is no older than what the workload was last scaled for.
  base::Result<void, ApplyFailure> apply_counts(const heat::Desired& desired);
  // Whether an apply found an object that the stores had not shown: the view that this pass was computed from lags, and
  // a status made from it would say of what is there that it is not. The store knows the object now, and its listener
  // has woken the key.
  bool view_lags() const { return view_lags_; }
  // Whether anything was changed: what was observed before is no longer how it is.
  bool wrote() const { return wrote_; }
  // Lets the broker's claims grow, each one by itself; the first refusal is the answer.
  base::Result<void, ApplyFailure> grow(const heat::Desired& desired);
  // Deletes children of ours that no stage names and that nothing may still read.
  base::Result<void, ApplyFailure> prune(const heat::Desired& desired);

 private:
  // The live object, where it differs in its replica count and in nothing else; else null.
  kube::ObjectPtr differing_in_count(const heat::DesiredObject& object) const;
  base::Result<void, ApplyFailure> apply_object(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> create(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> update(const heat::DesiredObject& object, const kube::Object& existing,
                                          bool this_version = false);
  using Explain = ApplyFailure (*)(const heat::DesiredObject& object, const kube::Error& error);
  base::Result<kube::Applied, ApplyFailure> send(const heat::DesiredObject& object, std::string body, bool force,
                                                 Explain explain_refusal);
  base::Result<void, ApplyFailure> remember(const heat::DesiredObject& object, const kube::Applied& applied);
  base::Result<void, ApplyFailure> grow_claim(const heat::DesiredObject& claim);
  base::Result<void, ApplyFailure> remove(const kube::ResourceType& type, const kube::Object& object);
  base::Result<kube::ObjectPtr, ApplyFailure> live_state(const heat::DesiredObject& object);
  base::Result<void, ApplyFailure> still_current();

  const World& world_;
  const kube::Object& cluster_;
  const bool is_new_;
  const std::stop_token stop_;
  bool checked_current_ = false;
  bool view_lags_ = false;
  bool wrote_ = false;
};

}  // namespace reconcile
