// Jobs that are done once for what they bring about, the db-sync, Keystone's bootstrap, the broker's check and the end
// of its former users: which one is the record of what is wanted now, and what it has come to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "heat/observed.h"

namespace heat {

// One as it is wanted.
struct OneTimeJob {
  std::string name;
  std::string_view annotation;  // of heat/names.h: it has `target` as its value, and tells the kind
  std::string target;           // hash of what it brings about
  std::string credentials;      // digest of what it logs in with, or goes by
};

// What tells the name of one from those of others of its kind: of what it is done for, and by what.
std::string job_hash(const OneTimeJob& job, std::size_t digits);

enum class JobState { running, complete, failed };

JobState job_state(const ObservedChild& job);
// Why it failed, as the Job's controller says it: "BackoffLimitExceeded: Job has reached …". Empty: it has not.
std::string job_failure(const ObservedChild& job);
// The exit code for which its podFailurePolicy gave it up; nullopt: it was not that.
std::optional<int> job_exit_code(const ObservedChild& job);

// The Job that speaks for what `wanted` brings about: one that is complete before one that runs before one that failed.
// A failed one counts only while the credentials are those it failed with, so that mending a Secret tries again by
// itself; deleting the Job tries again in any case. Null: a new Job is wanted.
const ObservedChild* current_job(const Observed& observed, const OneTimeJob& wanted);

// Whether a Job of that kind has brought about something else than what is wanted now: `current` or nothing.
bool is_former(const ObservedChild& job, const OneTimeJob& wanted, const ObservedChild* current);

// Whether any db-sync of this HeatCluster has ever ended well, as far as Jobs and status still tell.
bool database_was_made(const Observed& observed);

}  // namespace heat
