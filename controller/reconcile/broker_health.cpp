#include "reconcile/broker_health.h"

#include "base/base64.h"
#include "http/peer.h"
#include "http/unary.h"

namespace reconcile {
namespace {

// A broker that is well answers in milliseconds.
constexpr base::Duration patience = std::chrono::seconds(3);
constexpr int unauthorized = 401;

std::string basic(const heat::BrokerLogin& login) {
  return "Basic " + base::base64_encode(login.username + ":" + login.password);
}

}  // namespace

base::Result<heat::BrokerReport> ask_broker(const BrokerQuestion& question, std::stop_token stop) {
  const auto peer = http::parse_peer(question.url);
  if (!peer) return base::failure(peer.error().message);
  http::Unary broker({question.url, "", false, {}}, *peer);
  std::string login = basic(question.login);
  const auto get = [&](const char* path) -> base::Result<std::string> {
    const auto send = [&] { return broker.send({"GET", path, {{"Authorization", login}}, "", true}, patience, stop); };
    auto answer = send();
    if (answer && answer->status == unauthorized && question.former_login) {
      login = basic(*question.former_login);
      answer = send();
    }
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
