// What a broker says of itself by its management API. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace heat {

struct BrokerReport {
  std::int64_t running = 0;     // nodes that run, of those that the one which was asked is in a cluster with
  std::int64_t queues = 0;      // all of them
  std::int64_t leaderless = 0;  // quorum queues that no running node leads: nothing goes in or out of them
  friend bool operator==(const BrokerReport&, const BrokerReport&) = default;
};

// Paths of the two questions, with no more columns than are read: a queue has some fifty.
inline constexpr const char* broker_nodes_path = "/api/nodes?columns=name,running";
inline constexpr const char* broker_queues_path = "/api/queues?columns=type,leader,online";

// From the bodies of their answers. The error says which of them is not what RabbitMQ answers.
base::Result<BrokerReport> broker_report(std::string_view nodes, std::string_view queues);

}  // namespace heat
