// Jobs that talk to the broker's nodes over Erlang's distribution, with rabbitmqctl.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "heat/desired/plan.h"
#include "heat/one_time_job.h"
#include "json/json.h"

namespace heat {

// What differs between them.
struct BrokerControl {
  std::string_view component;  // which the broker's NetworkPolicy lets in
  const Image& image;          // of RabbitMQ
  std::vector<std::string> command;
  std::vector<int> final_codes;  // ascending: exit codes of which trying again changes nothing
  std::int64_t deadline_seconds = 1800;
};

// The Job that `record` names, with no more of the cluster's Secrets than the nodes' cookie.
json::Value broker_control_job(const Plan& plan, const OneTimeJob& record, BrokerControl control);

}  // namespace heat
