// One HeatCluster, one pass: the recipe that brings the world to the spec. Start reading here after main.cpp.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "heat/desired/desired.h"
#include "heat/observed.h"
#include "heat/spec.h"
#include "heat/status/status.h"
#include "kube/model/object.h"
#include "reconcile/at_rest.h"
#include "reconcile/prints_by_cluster.h"
#include "reconcile/status_pace.h"
#include "reconcile/unanswered.h"
#include "reconcile/world.h"
#include "runtime/outcome.h"

namespace reconcile {

// Thread-safe: constant after construction, but for what it remembers. The queue sees to it that one key is never in
// two hands.
class Reconciler {
 public:
  struct Settings {
    // How often Secrets that a HeatCluster names are read again. A change of one rolls out within this.
    base::Duration secret_poll_interval = std::chrono::seconds(30);
    heat::Defaults defaults;
  };

  Reconciler(World world, Settings settings);

  // Level-triggered: looks at the world as it is, and needs to have seen no event. Every step can be repeated, so a
  // process that dies between any two of them leaves nothing that the next pass does not finish. `others_wait`: so many
  // HeatClusters have work to be done, which comes before telling how far this one is.
  runtime::Outcome reconcile(const kube::ObjectKey& key, std::size_t others_wait, std::stop_token stop) const;

 private:
  struct Pass;

  bool still_at_rest(const kube::Object& cluster, std::uint64_t view, std::stop_token stop) const;
  void note_rest(const Pass& pass, const json::Value& status, const kube::Object& cluster) const;
  runtime::Outcome converge(Pass& pass, const heat::Spec& spec) const;
  void scale_ahead(Pass& pass, const heat::Spec& spec) const;
  bool checked(Pass& pass, const heat::Spec& spec) const;
  runtime::Outcome publish(Pass& pass) const;
  base::Duration put_off(const Pass& pass, const json::Value& status) const;
  tl::expected<void, runtime::Outcome> write_status(const Pass& pass, const json::Value& status) const;
  runtime::Outcome blocked(Pass& pass, const std::string& what, const kube::Error& error) const;
  runtime::Outcome failed(const std::string& what, const kube::Error& error) const;

  const World world_;
  const Settings settings_;
  mutable PrintsByCluster prints_;
  mutable AtRest at_rest_;
  mutable Unanswered unanswered_;
  mutable StatusPace pace_;
};

}  // namespace reconcile
