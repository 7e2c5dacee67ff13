// BrokerReady where the spec names another image for the broker's nodes: what its check has come to.
#include "heat/component.h"
#include "heat/config/broker_check.h"
#include "heat/one_time_job.h"
#include "heat/status/job_ready.h"
#include "heat/status/reasons.h"

namespace heat {

Condition broker_image(const Situation& situation) {
  const JobSituation& check = *situation.broker_check;
  const Spec& spec = *situation.input.spec;
  const std::string_view type = traits(Component::broker).condition;
  const std::string& kept = situation.input.desired->kept_broker_image;
  const auto code = check.job == nullptr ? std::nullopt : job_exit_code(*check.job);
  const std::string why = code ? broker_check_refusal(*code) : std::string();
  if (!why.empty()) {
    return condition(type, false, reason::image_refused,
                     "spec.images.rabbitmq: " + spec.images.rabbitmq.reference + " cannot follow " + kept +
                         ", which goes on: " + why + " (kubectl logs -n " + spec.namespace_name + " job/" + check.name +
                         " tells the versions). Put that image back, or go through the series between");
  }
  if (check.waits) {
    return condition(type, false, reason::not_ready[static_cast<std::size_t>(Component::broker)], *check.waits);
  }
  const std::string& wanted = spec.images.rabbitmq.reference;
  // It has ended since this pass looked.
  if (check.job != nullptr && job_state(*check.job) == JobState::complete) {
    return condition(type, false, reason::checking_image, wanted + " can follow " + kept);
  }
  return job_ready(situation, check,
                   {type, reason::checking_image, reason::checking_image, reason::image_check_failed, "",
                    "asks the nodes, which go on with " + kept + ", whether " + wanted + " can follow"});
}

}  // namespace heat
