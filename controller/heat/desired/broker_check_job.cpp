// Asks the broker's nodes, in the image that shall follow theirs, whether it can: heat/config/broker_check.h.
#include "heat/config/broker_check.h"
#include "heat/desired/broker_control_job.h"
#include "heat/desired/objects.h"
#include "heat/names.h"

namespace heat {

json::Value broker_check_job(const Plan& plan) {
  const Spec& spec = plan.spec;
  return broker_control_job(
      plan, plan.live.broker_step->check,
      {broker_check_component, spec.images.rabbitmq, broker_check_command(spec), broker_check_refusals()});
}

}  // namespace heat
