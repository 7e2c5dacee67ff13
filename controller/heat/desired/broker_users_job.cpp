// Removes the users that the operator logged in to the broker as before: heat/config/broker_users.h. In the image that
// the nodes have: rabbitmqctl of another release may not understand them.
#include "heat/config/broker_users.h"
#include "heat/desired/broker_control_job.h"
#include "heat/desired/broker_login.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value broker_users_job(const Plan& plan) {
  const Spec& spec = plan.spec;
  // What it waits for in one try, and what the tries before may have cost.
  const std::int64_t deadline = 1800 + broker_users_patience_seconds(spec);
  return broker_control_job(plan, *broker_users(spec),
                            {broker_users_component,
                             plan.live.broker_image(spec),
                             broker_users_command(spec),
                             {former_user_in_use},
                             deadline});
}

}  // namespace heat
