#include "heat/broker_report.h"

#include <algorithm>
#include <string>

#include "json/json.h"

namespace heat {
namespace {

base::Result<json::Value> objects(std::string_view body, const char* what) {
  auto parsed = json::parse(body);
  const bool is_list = parsed && parsed->is_array() &&
                       std::all_of(parsed->begin(), parsed->end(), [](const auto& each) { return each.is_object(); });
  if (!is_list) return base::failure(std::string("the broker's list of ") + what + " is none");
  return parsed;
}

// RabbitMQ goes on naming the last leader of a queue whose majority is gone.
bool is_leaderless(const json::Value& queue) {
  if (json::string_at(queue, "/type") != "quorum") return false;
  const std::string leader = json::string_at(queue, "/leader");
  const json::Value* online = json::find(queue, "/online");
  if (online == nullptr || !online->is_array()) return leader.empty();
  return std::none_of(online->begin(), online->end(), [&](const json::Value& node) { return node == leader; });
}

}  // namespace

base::Result<BrokerReport> broker_report(std::string_view nodes, std::string_view queues) {
  const auto all_nodes = objects(nodes, "nodes");
  if (!all_nodes) return base::failure(all_nodes.error().message);
  const auto all_queues = objects(queues, "queues");
  if (!all_queues) return base::failure(all_queues.error().message);
  BrokerReport report;
  report.running = std::count_if(all_nodes->begin(), all_nodes->end(),
                                 [](const json::Value& node) { return json::bool_at(node, "/running", false); });
  report.queues = static_cast<std::int64_t>(all_queues->size());
  report.leaderless = std::count_if(all_queues->begin(), all_queues->end(), is_leaderless);
  return report;
}

}  // namespace heat
