// BrokerReady where a former login of the broker's still is good, though nobody of ours needs it. It stays true:
// nothing that is asked for fails for it.
#include "heat/component.h"
#include "heat/config/broker_users.h"
#include "heat/one_time_job.h"
#include "heat/status/reasons.h"
#include "heat/status/situation.h"

namespace heat {

std::optional<Condition> former_users(const Situation& situation, const std::string& all_well) {
  const auto& users = situation.broker_users;
  if (!users || users->job == nullptr || job_state(*users->job) != JobState::failed) return std::nullopt;
  const std::string where = " -n " + situation.input.spec->namespace_name + " job/" + users->name;
  const bool in_use = job_exit_code(*users->job) == former_user_in_use;
  const std::string what =
      in_use
          ? "; but somebody else still logs in as a user of before, which is why that was not removed: kubectl logs" +
                where + " tells who and from where; end those clients"
          : "; but users of before could not be removed (" + job_failure(*users->job) + "): read kubectl logs" + where +
                ", mend the cause";
  return condition(traits(Component::broker).condition, true,
                   in_use ? reason::former_user_in_use : reason::former_users_not_removed,
                   all_well + what + ", then kubectl delete" + where + " to try again");
}

}  // namespace heat
