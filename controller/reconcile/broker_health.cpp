#include "reconcile/broker_health.h"

#include "base/base64.h"
#include "http/peer.h"
#include "http/unary.h"

namespace reconcile {
namespace {

// A broker that is well answers in milliseconds.
constexpr base::Duration patience = std::chrono::seconds(3);

}  // namespace

base::Result<heat::BrokerReport> ask_broker(const BrokerQuestion& question, std::stop_token stop) {
  const auto peer = http::parse_peer(question.url);
  if (!peer) return base::failure(peer.error().message);
  http::Unary broker({question.url, "", false, {}}, *peer);
  const std::string login = "Basic " + base::base64_encode(question.username + ":" + question.password);
  const auto get = [&](const char* path) -> base::Result<std::string> {
    auto answer = broker.send({"GET", path, {{"Authorization", login}}, "", true}, patience, stop);
    if (!answer) return base::failure(answer.error().message);
    if (answer->status != 200) return base::failure("the broker answers " + std::to_string(answer->status));
    return std::move(answer->body);
  };
  const auto nodes = get(heat::broker_nodes_path);
  if (!nodes) return base::failure(nodes.error().message);
  return get(heat::broker_queues_path).and_then([&](const std::string& queues) {
    return heat::broker_report(*nodes, queues);
  });
}

bool is_broker_well(const BrokerQuestion& question, const heat::BrokerReport& report) {
  return report.running >= question.nodes && report.leaderless == 0;
}

}  // namespace reconcile
