#include "fake_api/server.h"

#include <thread>

#include "base/base64.h"
#include "fake_api/http/connection.h"
#include "fake_api/http/listener.h"

namespace fake_api {

Server::Server() : Server(Options{}) {}

Server::Server(Options options) : options_(std::move(options)), store_(options_.first_version), api_(store_) {
  watches_.bookmark_interval = options_.bookmark_interval;
  listener_ = std::make_unique<Listener>([this](const Request& request, Connection& connection, std::stop_token stop) {
    return serve(request, connection, std::move(stop));
  });
}

Server::~Server() = default;

int Server::port() const { return listener_->port(); }
std::string Server::url() const { return "https://127.0.0.1:" + std::to_string(port()); }
const std::string& Server::ca_pem() const { return listener_->ca_pem(); }
void Server::drop_connections() { listener_->abort_all(); }

std::string Server::kubeconfig() const {
  return "apiVersion: v1\nkind: Config\ncurrent-context: fake\n"
         "clusters: [{name: fake, cluster: {server: \"" +
         url() + "\", certificate-authority-data: " + base::base64_encode(ca_pem()) +
         "}}]\nusers: [{name: operator, user: {token: \"" + options_.token +
         "\"}}]\ncontexts: [{name: fake, context: {cluster: fake, user: operator, namespace: default}}]\n";
}

void Server::on_write(WriteHook hook) {
  const std::lock_guard lock(hook_mutex_);
  hook_ = std::move(hook);
}

int Server::active_watches(const std::string& plural) const {
  const std::lock_guard lock(watches_mutex_);
  int count = 0;
  for (const auto& [kind, running] : active_) count += plural.empty() || kind == plural ? running : 0;
  return count;
}

bool Server::wait_watches(int count, std::chrono::steady_clock::time_point deadline, const std::string& plural) const {
  std::unique_lock lock(watches_mutex_);
  return watches_changed_.wait_until(lock, deadline, [&] {
    int running = 0;
    for (const auto& [kind, of_kind] : active_) running += plural.empty() || kind == plural ? of_kind : 0;
    return running >= count;
  });
}

bool Server::serve(const Request& request, Connection& connection, std::stop_token stop) {
  if (!gate_open_) return false;
  if (!options_.token.empty() && request.authorization != "Bearer " + options_.token) {
    return connection.reply(refusal(401, "Unauthorized", "Unauthorized"), {}, false);
  }
  const std::optional<Fault> fault = faults_.take(request);
  if (fault) {
    if (fault->delay.count() > 0) {
      const auto until = std::chrono::steady_clock::now() + fault->delay;
      while (!stop.stop_requested() && std::chrono::steady_clock::now() < until) {
        store_.wait(store_.tick(), until, stop);
      }
    }
    if (fault->drop) return false;
    if (fault->instead) {
      log_.add(request, *fault->instead);
      return connection.reply(*fault->instead, fault->pace, fault->cut_answer);
    }
  }
  const Fault* wrong = fault ? &*fault : nullptr;
  return request.verb == Verb::watch ? serve_watching(request, wrong, connection, std::move(stop))
                                     : serve_unary(request, wrong, connection);
}

bool Server::serve_watching(const Request& request, const Fault* fault, Connection& connection, std::stop_token stop) {
  log_.add(request, {});
  const auto count = [&](int step) {
    const std::lock_guard lock(watches_mutex_);
    active_[request.resource->plural] += step;
    watches_changed_.notify_all();
  };
  connection.set_pace(fault == nullptr ? Pace{} : fault->pace);
  count(1);
  const std::optional<Response> refused = serve_watch(store_, request, watches_, fault, connection, std::move(stop));
  count(-1);
  return refused ? connection.reply(*refused, {}, false) : connection.reusable();
}

AfterWrite Server::hooked(const Request& request, const Response& response) {
  const std::lock_guard lock(hook_mutex_);
  const int number = log_.add(request, response);
  return number > 0 && hook_ ? hook_(number, request, response) : AfterWrite{};
}

bool Server::serve_unary(const Request& request, const Fault* fault, Connection& connection) {
  const Response response = api_.handle(request);
  const AfterWrite after = hooked(request, response);
  const bool lost = after.reply == AfterWrite::Reply::none || (fault != nullptr && fault->lose_answer);
  const bool cut = after.reply == AfterWrite::Reply::half || (fault != nullptr && fault->cut_answer);
  const bool keep = !lost && connection.reply(response, fault == nullptr ? Pace{} : fault->pace, cut);
  if (!keep) connection.abort();
  if (after.then) after.then();
  return keep;
}

}  // namespace fake_api
