// How a managed broker's nodes come to another image. RabbitMQ replaces nodes one by one only from some release series
// to some others, and where it is tried between others the whole broker is lost. So the nodes keep their image until a
// Job in the new one has asked them (heat/config/broker_check.h). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "heat/observed.h"
#include "heat/one_time_job.h"
#include "heat/spec.h"

namespace heat {

// From the image of the StatefulSet's template to that of the spec.
struct BrokerStep {
  Image from;
  OneTimeJob check;  // the Job that asks
};

// The step that has not been found possible yet; nullopt: there is none, and the StatefulSet gets the image of the
// spec. Nobody is asked where there is nothing to lose, no node having come up before the database was made, and where
// the image of before is put back while the first node with the new one does not come up and no other is left.
std::optional<BrokerStep> broker_step(const Spec& spec, const Observed& observed);

// The Jobs whose answer brings the nodes to another image, until all of them have it: they tell which was before.
std::vector<const ObservedChild*> broker_steps_on_the_way(const Spec& spec, const Observed& observed);

}  // namespace heat
