// DatabaseReady: the schema of the database is that of the release.
#include "heat/status/job_ready.h"
#include "heat/status/reasons.h"

namespace heat {

Condition database_ready(const Situation& situation) {
  if (situation.input.desired == nullptr || situation.input.spec == nullptr) {
    return former_condition(situation.live(), database_ready_type);
  }
  const std::string& release = situation.input.spec->release;
  return job_ready(situation, situation.db_sync,
                   {database_ready_type, reason::synced, reason::syncing, reason::sync_failed,
                    "the schema is that of release " + release, "brings the schema up to release " + release});
}

}  // namespace heat
