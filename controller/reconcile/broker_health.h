// Asks managed brokers how they are, by their management API.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "heat/broker_report.h"
#include "heat/config/broker_access.h"
#include "reconcile/inquiries.h"

namespace reconcile {

// Where a broker's management API is, and who may ask it.
struct BrokerQuestion {
  std::string url;  // http://heat-broker-nodes.openstack.svc:15672
  heat::BrokerLogin login;
  std::int64_t nodes = 0;  // that there shall be
  // Of the generation before, for a broker none of whose nodes has started with the one above yet.
  std::optional<heat::BrokerLogin> former_login{};
  friend bool operator==(const BrokerQuestion&, const BrokerQuestion&) = default;
};

using BrokerHealth = Inquiries<BrokerQuestion, heat::BrokerReport>;

// Two requests to one node of the broker, each within 3 s, and the first of them once more where the broker does not
// know the login but may know the former one. The error holds no login.
base::Result<heat::BrokerReport> ask_broker(const BrokerQuestion& question, std::stop_token stop);

// Whether all nodes are in one cluster, and all queues have a leader.
bool is_broker_well(const BrokerQuestion& question, const heat::BrokerReport& report);

}  // namespace reconcile
