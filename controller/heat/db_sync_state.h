// What a db-sync Job has come to, and which one is the record of the database as it is wanted.
#pragma once

#include <string>

#include "heat/observed.h"

namespace heat {

enum class JobState { running, complete, failed };

JobState job_state(const ObservedChild& job);
// Why it failed, as the Job's controller says it: "BackoffLimitExceeded: Job has reached …". Empty: it has not.
std::string job_failure(const ObservedChild& job);

// The Job that speaks for `database` (the annotation of heat/names.h): one that is complete before one that runs before
// one that failed. A failed one counts only while the credentials are those it failed with, so that mending a Secret
// tries again by itself; deleting the Job tries again in any case. Null: a new Job is wanted.
const ObservedChild* current_db_sync(const Observed& observed, const std::string& database,
                                     const std::string& credentials);

// Whether any db-sync of this HeatCluster has ever ended well, as far as Jobs and status still tell.
bool database_was_made(const Observed& observed);

}  // namespace heat
