// What every condition is judged by: the input of status(), read once.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "heat/component.h"
#include "heat/status/condition.h"
#include "heat/status/status.h"
#include "heat/workload_state.h"

namespace heat {

struct ComponentSituation {
  Component component = Component::broker;
  WorkloadState state;
  std::int64_t wanted = 0;           // pods: of the spec where it is acted on, else as it was
  bool is_ours = true;               // false: a broker that somebody else runs
  std::optional<std::string> waits;  // the reason for which its stage is held
  std::string draining_release;      // of engines that end before those of the spec start; empty: none

  // Nothing of it is still on its way.
  bool settled() const { return !state.exists || state.settled(); }
};

struct JobSituation {
  const ObservedChild* job = nullptr;  // null: none yet
  std::string name;
  std::optional<std::string> waits;  // the reason for which there is none yet
};

struct Situation {
  const StatusInput& input;
  std::array<ComponentSituation, component_table.size()> components;  // in the table's order
  JobSituation db_sync;
  std::optional<JobSituation> bootstrap;     // of Keystone; nullopt: not asked for
  std::optional<JobSituation> broker_check;  // nullopt: the broker has the image that is wanted, or is about to

  std::optional<JobSituation> broker_users;  // that removes former users; nullopt: there can be none

  const json::Value& live() const { return input.observed->status; }
};

Situation situation(const StatusInput& input);

// One a file.
Condition config_valid(const Situation& situation);
Condition database_ready(const Situation& situation);
// Only where Keystone's bootstrap is asked for.
Condition identity_ready(const Situation& situation);
// BrokerReady as far as another image is wanted for its nodes and not yet found to fit. Only where there is a
// broker_check.
Condition broker_image(const Situation& situation);
// BrokerReady as far as a former user of the broker's could not be removed, after `all_well`, which says how many nodes
// are ready; nullopt: none is known that could not.
std::optional<Condition> former_users(const Situation& situation, const std::string& all_well);
// `waits_for`: the reason that names what the component's stage waits for, where it is held.
Condition component_ready(const Situation& situation, const ComponentSituation& component, std::string_view waits_for);

// The conditions that the summaries look at.
struct Parts {
  Condition config_valid;
  std::vector<Condition> gates;  // in the order in which things come up: broker, database, identity where it is ours to
                                 // make, engine, api, cfn, proxy
};
Parts parts(const Situation& situation);
Condition ready(const Situation& situation, const Parts& parts);
// Stalled and Reconciling exclude each other: kstatus looks at Reconciling first.
Condition stalled(const Situation& situation, const Parts& parts);
Condition reconciling(const Situation& situation, const Parts& parts, const Condition& stalled);

// What could not be applied, as a reason: waiting, apply_failed or apply_refused.
std::string_view apply_reason(const StatusInput& input);

}  // namespace heat
