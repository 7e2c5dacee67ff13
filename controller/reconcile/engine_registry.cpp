#include "reconcile/engine_registry.h"

#include "heat/keystone_token.h"
#include "http/peer.h"

namespace reconcile {
namespace {

// Engines that are well answer in tens of milliseconds, and Keystone, which hashes a password, in hundreds.
constexpr base::Duration patience = std::chrono::seconds(3);
constexpr base::Duration unused_for = std::chrono::hours(1);
// Any would do where nobody asks who it is.
constexpr const char* project_without_keystone = "admin";

base::Result<http::Response> send(const std::string& base_url, const http::Request& request,
                                  const std::stop_token& stop) {
  const auto peer = http::parse_peer(base_url);
  if (!peer) return base::failure(peer.error().message);
  auto answer = http::Unary({base_url, "", false, {}}, *peer).send(request, patience, stop);
  if (!answer) return base::failure(answer.error().message);
  return std::move(*answer);
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

base::Result<heat::EngineReport> ServiceList::ask(const EngineQuestion& question, std::stop_token stop) {
  const bool kept = question.user && tokens_.contains(question.url);
  auto answer = services(question, stop);
  // The token's time may have come.
  if (kept && answer && answer->status == 401) answer = services(question, stop);
  if (!answer) return base::failure(answer.error().message);
  if (answer->status != 200) return base::failure("Heat answers " + std::to_string(answer->status));
  return heat::engine_report(answer->body, question.workload);
}

base::Result<http::Response> ServiceList::services(const EngineQuestion& question, const std::stop_token& stop) {
  std::string project = project_without_keystone;
  http::Request request{"GET", "", {}, "", true};
  if (question.user) {
    const auto held = token(question, stop);
    if (!held) return base::failure(held.error().message);
    project = (*held)->project;
    request.headers.push_back({"X-Auth-Token", (*held)->id});
  }
  request.target = "/v1/" + project + "/services";
  auto answer = send(question.url, request, stop);
  // Refused tokens, and those of a user whose roles may be others now, are not shown again.
  if (answer && answer->status != 200) tokens_.erase(question.url);
  return answer;
}

base::Result<const ServiceList::Token*> ServiceList::token(const EngineQuestion& question,
                                                           const std::stop_token& stop) {
  forget_unused();
  const auto found = tokens_.find(question.url);
  if (found != tokens_.end() && found->second.user == *question.user) {
    found->second.used = clock_.now();
    return &found->second;
  }
  const auto answer =
      send(without_slash(question.user->auth_url),
           {"POST", "/auth/tokens", {{"Content-Type", "application/json"}}, heat::token_request(question.user->login)},
           stop);
  if (!answer) return base::failure(answer.error().message);
  if (answer->status != 201) return base::failure("Keystone answers " + std::to_string(answer->status));
  auto project = heat::project_of_token(answer->body);
  if (!project) return base::failure(project.error().message);
  Token token{*question.user, answer->header("X-Subject-Token"), std::move(*project), clock_.now()};
  if (token.id.empty()) return base::failure("Keystone's answer holds no token");
  return &tokens_.insert_or_assign(question.url, std::move(token)).first->second;
}

void ServiceList::forget_unused() {
  std::erase_if(tokens_, [&](const auto& each) { return clock_.now() - each.second.used > unused_for; });
}

bool are_engines_well(const EngineQuestion& question, const heat::EngineReport& report) {
  return report.registered >= question.engines;
}

}  // namespace reconcile
