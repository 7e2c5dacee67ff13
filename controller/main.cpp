// heat-operator: flags → credentials → manager → run. The way of an event starts here (controller/README.md).
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <thread>

#include "base/logging.h"
#include "base/memory.h"
#include "base/metrics.h"
#include "heat/kinds.h"
#include "heat/names.h"
#include "http/cpprest_transport.h"
#include "http/serve.h"
#include "kube/client.h"
#include "kube/events.h"
#include "kube/kubeconfig.h"
#include "options.h"
#include "reconcile/key_of.h"
#include "reconcile/reconciler.h"
#include "runtime/health.h"
#include "runtime/manager.h"

namespace {

constexpr int failed = 1;

// One clear line, whatever the log format: this is for the person who has just typed the command.
int fail(const std::string& message) {
  std::fprintf(stderr, "heat-operator: %s\n", message.c_str());
  return failed;
}

std::unique_ptr<kube::Client> connect(const kube::ClusterAccess& access, base::Metrics& metrics) {
  http::CppRestOptions options{access.server, access.tls_server_name, access.insecure_skip_tls_verify, {}};
  options.tls = [credentials = access.credentials]() -> base::Result<http::TlsConfig> {
    return credentials->tls().map([](const kube::TlsMaterial& tls) {
      return http::TlsConfig{tls.ca_pem, tls.client_cert_pem, tls.client_key_pem};
    });
  };
  return std::make_unique<kube::Client>(http::make_cpprest_transport(std::move(options)), access.credentials, metrics,
                                        "heat-operator/" HEAT_OPERATOR_VERSION);
}

runtime::Manager::Settings manager_settings(const Options& options) {
  runtime::Manager::Settings settings;
  settings.name = "heatcluster";
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    settings.watched.push_back({kind.type, kind.projection, kind.child ? std::string(heat::managed_by_selector) : ""});
  }
  settings.namespaces = options.namespaces;
  settings.key_of = reconcile::key_of;
  settings.workers = static_cast<unsigned>(options.workers);
  settings.admission = [](const std::stop_token&) {
    base::return_startup_memory();
    return true;
  };
  return settings;
}

std::map<std::string_view, kube::Store*> child_stores(runtime::Manager& manager) {
  std::map<std::string_view, kube::Store*> stores;
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    if (kind.child) stores[kind.type->plural] = &manager.store(*kind.type);
  }
  return stores;
}

using Servers = std::vector<std::unique_ptr<http::Server>>;

base::Result<Servers> serve(const Options& options, const base::Metrics& metrics, const runtime::Health& health) {
  Servers servers;
  if (options.metrics_bind_address != "0") {
    auto server = http::serve(options.metrics_bind_address,
                              {{"/metrics", [&metrics] {
                                  return http::Page{200, "text/plain; version=0.0.4; charset=utf-8", metrics.text()};
                                }}});
    if (!server) return base::failure("--metrics-bind-address: " + server.error().message);
    servers.push_back(std::move(*server));
  }
  if (options.health_probe_bind_address != "0") {
    auto server = http::serve(options.health_probe_bind_address, {{"/healthz", [&health] { return health.healthz(); }},
                                                                  {"/readyz", [&health] { return health.readyz(); }}});
    if (!server) return base::failure("--health-probe-bind-address: " + server.error().message);
    servers.push_back(std::move(*server));
  }
  return servers;
}

std::string process_name() {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  return std::string(host) + "-" + std::to_string(getpid());
}

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

int run(const Options& options, const kube::ClusterAccess& access, const sigset_t& signals) {
  const base::SystemClock clock;
  base::Metrics metrics;
  runtime::Health health;
  const auto client = connect(access, metrics);
  reconcile::Secrets secrets(*client, clock);
  kube::EventRecorder events(*client, clock, metrics, process_name());
  runtime::Manager manager(manager_settings(options), *client, clock, metrics, health);
  const reconcile::World world{*client, manager.store(heat::heat_cluster), child_stores(manager), secrets, events,
                               clock};
  const reconcile::Reconciler reconciler(
      world, {options.secret_poll_interval, {options.image_heat, options.image_haproxy, options.image_rabbitmq}});
  const auto servers = serve(options, metrics, health);
  if (!servers) return fail(servers.error().message);

  base::log::info("heat-operator starts",
                  {{"version", HEAT_OPERATOR_VERSION}, {"server", access.server}, {"access", access.source}});
  std::jthread event_sender([&](std::stop_token stop) { events.run(std::move(stop)); });
  std::jthread control([&](std::stop_token stop) {
    manager.run([&](const runtime::Context& context,
                    std::stop_token end) { return reconciler.reconcile(context.key, std::move(end)); },
                std::move(stop));
  });
  wait_for_stop_signal(signals);
  control.request_stop();
  control.join();
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
  const auto process_environment = environment();  // before initialize_cpprest changes it
  http::initialize_cpprest(1);
  base::log::configure(options->log_level, options->log_format);

  const base::SystemClock clock;
  const auto access = kube::load_kubeconfig({options->kubeconfig, options->context, process_environment}, clock);
  if (!access) return fail(access.error().message);
  return run(*options, *access, signals);
}
