// heat-operator: flags → credentials → manager → run. The way of an event starts here (controller/README.md).
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "base/environment.h"
#include "base/hash.h"
#include "base/logging.h"
#include "base/memory.h"
#include "base/metrics.h"
#include "heat/kinds.h"
#include "heat/names.h"
#include "http/connect.h"
#include "http/cpprest_streams.h"
#include "http/peer.h"
#include "http/serve.h"
#include "kube/client.h"
#include "kube/events.h"
#include "kube/in_cluster_credentials.h"
#include "kube/leader_elector.h"
#include "options.h"
#include "reconcile/key_of.h"
#include "reconcile/reconciler.h"
#include "runtime/health.h"
#include "runtime/manager.h"

namespace {

constexpr int failed = 1;
constexpr int wrong_usage = 2;
// A healthy election comes around every few seconds, also while the API server is away.
constexpr base::Duration stuck_election = std::chrono::minutes(1);
constexpr base::Duration default_workload_health_interval = std::chrono::seconds(30);
constexpr base::Duration stuck_events = std::chrono::minutes(5);

// One clear line, whatever the log format: this is for the person who has just typed the command.
int fail(const std::string& message, int code = failed) {
  std::fprintf(stderr, "heat-operator: %s\n", message.c_str());
  return code;
}

std::shared_ptr<http::Transport> connect(const kube::ClusterAccess& access) {
  http::TransportOptions options{access.server, access.tls_server_name, access.insecure_skip_tls_verify, {}};
  options.tls = [credentials = access.credentials]() -> base::Result<http::TlsConfig> {
    return credentials->tls().map([](const kube::TlsMaterial& tls) {
      return http::TlsConfig{tls.ca_pem, tls.client_cert_pem, tls.client_key_pem};
    });
  };
  return http::connect(std::move(options));
}

// The label of metrics, as client-go has it: host and port of the server's URL.
std::string host_of(const kube::ClusterAccess& access) {
  const auto peer = http::parse_peer(access.server);
  return peer ? peer->text() : access.server;
}

// Where the Lease is; no name: this process does not elect.
base::Result<kube::ObjectKey> lease_key(const Options& options, const kube::ClusterAccess& access) {
  if (!options.leader_elect) return kube::ObjectKey{};
  std::string name = options.leader_elect_namespace;
  if (name.empty() && access.in_pod) name = access.namespace_name;
  if (name.empty()) {
    return base::failure(
        "--leader-elect-namespace is needed outside a pod: the namespace that the Lease heat-operator shall be in; or "
        "--leader-elect=false where no second operator runs");
  }
  return kube::ObjectKey{std::move(name), "heat-operator"};
}

runtime::Manager::Settings manager_settings(const Options& options, reconcile::SeenLive& seen_live) {
  runtime::Manager::Settings settings;
  settings.name = "heatcluster";
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    settings.watched.push_back({kind.type, kind.projection, std::string(kind.selector())});
  }
  settings.namespaces = options.namespaces;
  settings.key_of = [&seen_live](const kube::ObjectPtr& before, const kube::ObjectPtr& after,
                                 const kube::ResourceType& type) {
    auto key = reconcile::key_of(before, after, type);
    if (key && before && !after) seen_live.doubt(*key);
    return key;
  };
  settings.workers = static_cast<unsigned>(options.workers);
  return settings;
}

std::map<std::string_view, kube::Store*> child_stores(runtime::Manager& manager) {
  std::map<std::string_view, kube::Store*> stores;
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    if (*kind.type != heat::heat_cluster) stores[kind.type->plural] = &manager.store(*kind.type);
  }
  return stores;
}

using Servers = std::vector<std::unique_ptr<http::Server>>;

// Port 0 asks for any free one: only the log tells which it became.
void announce(const char* pages, const http::Server& server) {
  base::log::info("listening", {{"pages", pages}, {"port", server.port()}});
}

base::Result<Servers> serve(const Options& options, const base::Metrics& metrics, const runtime::Health& health) {
  Servers servers;
  if (options.metrics_bind_address != "0") {
    auto server = http::serve(options.metrics_bind_address,
                              {{"/metrics", [&metrics] {
                                  return http::Page{200, "text/plain; version=0.0.4; charset=utf-8", metrics.text()};
                                }}});
    if (!server) return base::failure("--metrics-bind-address: " + server.error().message);
    announce("/metrics", **server);
    servers.push_back(std::move(*server));
  }
  if (options.health_probe_bind_address != "0") {
    auto server = http::serve(options.health_probe_bind_address, {{"/healthz", [&health] { return health.healthz(); }},
                                                                  {"/readyz", [&health] { return health.readyz(); }}});
    if (!server) return base::failure("--health-probe-bind-address: " + server.error().message);
    announce("/healthz, /readyz", **server);
    servers.push_back(std::move(*server));
  }
  return servers;
}

// Who this process is in the Lease and in Events: one that restarts in its pod is another one.
std::string process_identity() {
  char host[65] = "";
  gethostname(host, sizeof host - 1);
  return std::string(host) + "_" + base::random_hex(16);
}

// This process' part in the election; none where it does not elect.
class Election {
 public:
  Election(const kube::ObjectKey& lease, const std::string& identity, kube::Client& client, const base::Clock& clock,
           base::Metrics& metrics)
      : elects_(!lease.name.empty()), elector_(lease, {identity}, client, clock, metrics) {}

  // For the client of whatever must not write without the Lease.
  std::function<base::Duration()> may_write_for() {
    if (!elects_) return {};
    return [this] { return elector_.leads_for(); };
  }
  // Takes part from now on, and waits until this process leads.
  bool admit(const std::stop_token& stop) {
    if (!elects_) return true;
    thread_ = std::jthread([this](std::stop_token end) {
      if (elector_.run(std::move(end)) == kube::LeaderElector::End::lost) end_process();
    });
    return elector_.wait_until_leading(stop);
  }
  // When nothing that writes is left: now another process may.
  void leave() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
  }
  void report_to(runtime::Health& health) const {
    if (!elects_) return;
    health.add_readiness("leader-election", [this] { return elector_.trouble(); });
    health.add_liveness("leader-election", [this] {
      return elector_.alive(stuck_election) ? "" : "the Lease has not been looked after for a minute";
    });
  }

 private:
  // Nothing is torn down: a write that is under way in another thread ends with its connection.
  [[noreturn]] void end_process() const {
    base::log::error("the lease is lost, so this process ends", {{"reason", elector_.loss()}});
    std::_Exit(failed);
  }

  const bool elects_;
  kube::LeaderElector elector_;
  std::jthread thread_;
};

// Blocked in every thread, taken by one: the second signal finds the default again and ends the process at once.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void wait_for_stop_signal(const sigset_t& signals) {
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  base::log::info("stopping", {{"signal", signal_number == SIGTERM ? "SIGTERM" : "SIGINT"}});
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

int run(const Options& options, const kube::ClusterAccess& access, const kube::ObjectKey& lease,
        const sigset_t& signals) {
  const base::SystemClock clock;
  base::Metrics metrics;
  runtime::Health health;
  const std::string identity = process_identity();
  const auto transport = connect(access);
  const auto client = [&](std::function<base::Duration()> may_write_for) {
    return kube::Client(transport, access.credentials, metrics, "heat-operator/" HEAT_OPERATOR_VERSION,
                        {host_of(access), nullptr, {}, std::move(may_write_for)});
  };
  kube::Client always = client({});  // of the Lease, and of Events: they tell what was done, also after the last write
  Election election(lease, identity, always, clock, metrics);
  kube::Client leading = client(election.may_write_for());
  reconcile::Secrets secrets(leading, clock);
  reconcile::SeenLive seen_live(clock);
  kube::EventRecorder events(always, clock, metrics, identity);

  runtime::Manager::Settings settings = manager_settings(options, seen_live);
  settings.admission = [&election](const std::stop_token& stop) {
    base::return_startup_memory();
    return election.admit(stop);
  };
  runtime::Manager manager(std::move(settings), leading, clock, metrics, health);
  const base::Duration workload_health_interval =
      options.workload_health_interval.value_or(access.in_pod ? default_workload_health_interval : base::Duration{0});
  std::optional<reconcile::WorkloadHealth> workloads;
  if (workload_health_interval > base::Duration{0}) {
    workloads.emplace(workload_health_interval, clock,
                      [&manager](const kube::ObjectKey& key) { manager.queue().add(key); });
  }
  const reconcile::World world{
      leading, manager.store(heat::heat_cluster), child_stores(manager), secrets, seen_live, events,
      clock,   workloads ? &*workloads : nullptr};
  const reconcile::Reconciler reconciler(
      world, {options.secret_poll_interval, {options.image_heat, options.image_haproxy, options.image_rabbitmq}});
  election.report_to(health);
  health.add_liveness("events", [&events] {
    return events.alive(stuck_events) ? "" : "events wait, and none has been tried for five minutes";
  });
  const auto servers = serve(options, metrics, health);
  if (!servers) return fail(servers.error().message);

  base::log::info("heat-operator starts",
                  {{"version", HEAT_OPERATOR_VERSION}, {"server", access.server}, {"access", access.source}});
  std::jthread event_sender([&](std::stop_token stop) { events.run(std::move(stop)); });
  std::jthread asker;  // ends by itself: it writes nothing
  if (workloads) asker = std::jthread([&](std::stop_token stop) { workloads->run(std::move(stop)); });
  std::jthread control([&](std::stop_token stop) {
    manager.run([&](const runtime::Context& context,
                    std::stop_token end) { return reconciler.reconcile(context.key, context.waiting, std::move(end)); },
                std::move(stop));
  });
  wait_for_stop_signal(signals);
  control.request_stop();
  control.join();
  election.leave();
  event_sender.request_stop();
  event_sender.join();
  base::log::info("stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  base::keep_few_heaps();
  const sigset_t signals = block_stop_signals();
  const auto options = parse_options(argc, argv);
  if (!options) {
    std::fputs(options.error().message.c_str(), options.error().code == 0 ? stdout : stderr);
    return options.error().code;
  }
  const auto process_environment = base::environment();  // before initialize_cpprest changes it
  http::initialize_cpprest(1);
  base::log::configure(options->log_level, options->log_format);

  const base::SystemClock clock;
  const auto access = kube::load_cluster_access({options->kubeconfig, options->context, process_environment}, clock);
  if (!access) return fail(access.error().message);
  const auto lease = lease_key(*options, *access);
  if (!lease) return fail(lease.error().message, wrong_usage);
  return run(*options, *access, *lease, signals);
}
