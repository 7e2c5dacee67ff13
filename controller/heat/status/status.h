// The status of a HeatCluster, from what was asked for and what is there. Pure.
#pragma once

#include <string>
#include <vector>

#include "heat/desired/desired.h"
#include "heat/observed.h"
#include "heat/spec.h"

namespace heat {

struct StatusInput {
  // Where parse() failed there is no spec: conditions then say ConfigValid=False and keep the rest as it was.
  const Spec* spec = nullptr;
  std::int64_t generation = 0;
  const Observed* observed = nullptr;
  const Desired* desired = nullptr;  // null where problems stand
  std::vector<Problem> problems;
  std::string apply_error;  // what the API server refused, for the Stalled/Reconciling message; empty: nothing
  bool apply_error_is_final = false;  // e.g. 422: only a change of the object mends it
  std::string now;                    // RFC 3339, for lastTransitionTime of conditions that flip
  bool apply_waits = false;           // apply_error is no error: it names what is waited for
};

// The whole status as applied. Equal input gives an equal value; lastTransitionTime moves only where a status flips.
json::Value status(const StatusInput& input);

// Whether a status says that all is ready and nothing is left to do, nor to be waited for.
bool is_settled(const json::Value& status);

// Whether `now` differs from the live status `before` in nothing but the way to where it goes: counts, conditions of
// single components, messages. Nobody waits for those: kstatus, `kubectl wait` and a person who is asked for something
// look at Ready, Reconciling, Stalled, ConfigValid and observedGeneration. False where there was no status.
bool is_progress(const json::Value& before, const json::Value& now);

// Events worth telling (stable reasons): what changed between the status before and the one now, and between the
// workloads as they are and as they will be. Each is a write to the API server: what is made for the first time is not
// told of, and what changes in several components at once is told once.
struct Notice {
  bool warning = false;
  std::string reason;  // ScalingOut, ScalingIn, ConfigChanged, DatabaseSynced, FormerUserInUse, FormerUsersNotRemoved,
                       // Blocked, ReconcileError
  std::string action;  // UpperCamelCase verb for events.k8s.io: "Scale", "Configure", "SyncDatabase", "RemoveUsers",
                       // "Reconcile"
  std::string note;    // at most 1 kB
};
std::vector<Notice> notices(const Observed& observed, const Desired* desired, const json::Value& status_before,
                            const json::Value& status_now);

}  // namespace heat
