// Converging N HeatClusters on a real API server, beside the ceiling of that server: the same applies sent by a bare
// loop. Prints figures; judges none. Definitions: docs/benchmarks.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/environment.h"
#include "base/hash.h"
#include "ceiling.h"
#include "clusters.h"
#include "controller_stand_in.h"
#include "heat/kinds.h"
#include "heat/names.h"
#include "http/connect.h"
#include "http/cpprest_streams.h"
#include "kube/kubeconfig.h"
#include "operator_process.h"
#include "progress.h"
#include "reaction.h"

namespace {

using Seconds = std::chrono::duration<double>;
constexpr auto quiet = std::chrono::seconds(2);
// Of the Lease: electing is part of the operator's life. Here it is there before the operator is.
constexpr const char* lease_namespace = "default";

struct Settings {
  std::string kubeconfig;
  std::string operator_binary;
  int clusters = 200;
  int parallel = 8;
  int rounds = 3;
  int idle_seconds = 30;
  int edits = 200;
};

struct Admin {
  kube::ClusterAccess access;
  bench::Target target;
  base::Metrics metrics;
  std::unique_ptr<kube::Client> client;
};

std::unique_ptr<Admin> connect(const Settings& settings, const base::Clock& clock) {
  auto access = kube::load_kubeconfig({settings.kubeconfig, "", base::environment()}, clock);
  if (!access) {
    std::fprintf(stderr, "%s\n", access.error().message.c_str());
    std::exit(1);
  }
  auto admin = std::make_unique<Admin>();
  admin->access = *access;
  const auto credentials = access->credentials;
  const auto tls = credentials->tls().value();
  admin->target = {access->server, tls.ca_pem, tls.client_cert_pem, tls.client_key_pem,
                   credentials->authorization().value()};
  http::TransportOptions options{access->server, access->tls_server_name, access->insecure_skip_tls_verify, [tls] {
                                   return http::TlsConfig{tls.ca_pem, tls.client_cert_pem, tls.client_key_pem};
                                 }};
  admin->client =
      std::make_unique<kube::Client>(http::connect(std::move(options)), credentials, admin->metrics, "converge-bench");
  return admin;
}

std::string fresh_namespace(const char* what) { return std::string("bench-") + what + "-" + base::random_hex(3); }

struct CeilingRound {
  double seconds = 0;
  double rate = 0;
  bench::CeilingResult raw;
};

CeilingRound ceiling_round(Admin& admin, const Settings& settings, bool http2) {
  const std::string namespace_name = fresh_namespace("ceiling");
  bench::create_clusters(*admin.client, namespace_name, settings.clusters);
  const auto applies = bench::applies_of(*admin.client, namespace_name);
  bench::ControllerStandIn controllers(*admin.client, namespace_name);
  bench::Progress progress(*admin.client, namespace_name);
  CeilingRound round;
  const auto start = std::chrono::steady_clock::now();
  round.raw = bench::run_ceiling(admin.target, namespace_name, applies, settings.parallel, http2);
  const auto end = std::max(progress.wait_settled(settings.clusters, quiet), start);
  round.seconds = std::max(round.raw.elapsed.count(), Seconds(end - start).count());
  round.rate = static_cast<double>(round.raw.applies) / round.seconds;
  std::printf("  ceiling %s: %zu applies in %.2f s = %.0f/s, %zu errors, %.3f ms CPU of the loop an apply\n",
              http2 ? "HTTP/2  " : "HTTP/1.1", round.raw.applies, round.seconds, round.rate, round.raw.errors,
              1e3 * round.raw.cpu.count() / static_cast<double>(round.raw.applies));
  return round;
}

struct OperatorRound {
  double seconds = 0;
  double writes = 0;
  double requests = 0;
  double cpu_ms_per_write = 0;
  long rss_start_kib = 0;
  long rss_kib = 0;
};

void idle_figures(const bench::OperatorProcess& process, const Settings& settings) {
  const double writes = process.writes();
  const double renewals = process.renewals();
  const double requests = process.requests();
  const double cpu = process.cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds(settings.idle_seconds));
  const double share = (process.cpu_seconds() - cpu) / settings.idle_seconds;
  std::printf(
      "  idle %d s: %.0f writes, %.0f renewals of the Lease, %.1f requests a minute, %.2f %% of a core, RSS %.1f MiB\n",
      settings.idle_seconds, process.writes() - writes, process.renewals() - renewals,
      (process.requests() - requests) * 60 / settings.idle_seconds, 100 * share,
      static_cast<double>(process.rss_kib()) / 1024);
}

// Bare lists of what a start lists, one after the other on one connection, the bodies thrown away.
double bare_lists(Admin& admin, const std::string& namespace_name) {
  const auto start = std::chrono::steady_clock::now();
  for (const heat::WatchedKind& kind : heat::watched_kinds()) {
    kube::ListOptions options;
    options.resource_version = "0";
    options.label_selector = std::string(kind.selector());
    const auto listed = admin.client->list(*kind.type, namespace_name, options, {});
    if (!listed) std::fprintf(stderr, "converge_bench: %s\n", listed.error().text().c_str());
  }
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

void restart_figures(Admin& admin, const Settings& settings, const std::string& namespace_name) {
  const double lists = bare_lists(admin, namespace_name);
  const auto start = std::chrono::steady_clock::now();
  bench::OperatorProcess process(settings.operator_binary, settings.kubeconfig,
                                 {"--namespace", namespace_name, "--leader-elect-namespace", lease_namespace});
  process.wait_ready();
  const double ready = Seconds(std::chrono::steady_clock::now() - start).count();
  // Every HeatCluster is looked at once after the caches are synced; only then may "no write" be said.
  const double wanted = settings.clusters;
  while (process.metric("controller_runtime_reconcile_total") < wanted)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const double settled = Seconds(std::chrono::steady_clock::now() - start).count();
  std::printf(
      "  restart: synced after %.2f s (bare lists: %.2f s), all %d looked at after %.2f s, %.0f writes, peak RSS "
      "%.1f MiB\n",
      ready, lists, settings.clusters, settled, process.writes(), static_cast<double>(process.peak_rss_kib()) / 1024);
}

// Edits beside the bare loop's, in the namespace where everything has converged.
void reaction_figures(Admin& admin, const Settings& settings, const std::string& namespace_name) {
  bench::ReactionTimes many, one, bare;
  {
    bench::ControllerStandIn controllers(*admin.client, namespace_name);
    bench::OperatorProcess process(settings.operator_binary, settings.kubeconfig,
                                   {"--namespace", namespace_name, "--leader-elect-namespace", lease_namespace});
    process.wait_ready();
    many = bench::Reaction(*admin.client, namespace_name).measure(settings.clusters, settings.edits);
  }
  {
    bench::ControllerStandIn controllers(*admin.client, namespace_name);
    const auto applies = bench::applies_of(*admin.client, namespace_name);
    const bench::BareLoop loop(*admin.client, namespace_name, applies);
    std::this_thread::sleep_for(std::chrono::seconds(1));  // until its watch stands
    bare = bench::Reaction(*admin.client, namespace_name).measure(settings.clusters, settings.edits);
  }
  {
    const std::string alone = fresh_namespace("one");
    bench::create_clusters(*admin.client, alone, 1);
    bench::ControllerStandIn controllers(*admin.client, alone);
    bench::Progress progress(*admin.client, alone);
    bench::OperatorProcess process(settings.operator_binary, settings.kubeconfig,
                                   {"--namespace", alone, "--leader-elect-namespace", lease_namespace});
    progress.wait_settled(1, quiet);
    one = bench::Reaction(*admin.client, alone).measure(1, settings.edits);
  }
  std::printf(
      "  reaction, edit of a replica count to patched StatefulSet, %d edits: p50 %.1f ms, p99 %.1f ms with %d "
      "HeatClusters; p50 %.1f ms, p99 %.1f ms with 1 (%.2f of it); a bare watch-and-patch loop: p50 %.1f ms, "
      "p99 %.1f ms (%.2f and %.2f of it)\n",
      settings.edits, many.p50_ms, many.p99_ms, settings.clusters, one.p50_ms, one.p99_ms, many.p50_ms / one.p50_ms,
      bare.p50_ms, bare.p99_ms, many.p50_ms / bare.p50_ms, many.p99_ms / bare.p99_ms);
}

OperatorRound operator_round(Admin& admin, const Settings& settings, bool more) {
  const std::string namespace_name = fresh_namespace("operator");
  OperatorRound round;
  {
    // Before there is any HeatCluster: what the process costs by itself.
    bench::OperatorProcess empty(settings.operator_binary, settings.kubeconfig,
                                 {"--namespace", namespace_name, "--leader-elect-namespace", lease_namespace});
    empty.wait_ready();
    round.rss_start_kib = empty.rss_kib();
  }
  bench::create_clusters(*admin.client, namespace_name, settings.clusters);
  bench::ControllerStandIn controllers(*admin.client, namespace_name);
  bench::Progress progress(*admin.client, namespace_name);
  const auto start = std::chrono::steady_clock::now();
  bench::OperatorProcess process(settings.operator_binary, settings.kubeconfig,
                                 {"--namespace", namespace_name, "--leader-elect-namespace", lease_namespace,
                                  "--workers", std::to_string(settings.parallel)});
  const auto end = progress.wait_settled(settings.clusters, quiet);
  round.seconds = Seconds(end - start).count();
  round.writes = process.writes();
  round.requests = process.requests();
  round.cpu_ms_per_write = 1e3 * process.cpu_seconds() / round.writes;
  round.rss_kib = process.rss_kib();
  std::printf(
      "  operator: %d HeatClusters in %.2f s, %.0f writes = %.0f/s (%.0f requests), %.3f ms CPU a write, RSS %.1f MiB "
      "at start, %.1f MiB now; %.0f reconciles\n",
      settings.clusters, round.seconds, round.writes, round.writes / round.seconds, round.requests,
      round.cpu_ms_per_write, static_cast<double>(round.rss_start_kib) / 1024,
      static_cast<double>(round.rss_kib) / 1024, process.metric("controller_runtime_reconcile_total"));
  if (more) {
    idle_figures(process, settings);
    process.stop();
    restart_figures(admin, settings, namespace_name);
    reaction_figures(admin, settings, namespace_name);
  }
  return round;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int run(const Settings& settings) {
  const base::SystemClock clock;
  const auto admin = connect(settings, clock);
  std::printf("%d HeatClusters, %d parallel, %d rounds, side by side\n", settings.clusters, settings.parallel,
              settings.rounds);
  std::vector<double> by_time, by_rate, cpu, start_rss, rss;
  for (int i = 0; i < settings.rounds; ++i) {
    std::printf("round %d\n", i + 1);
    // The better of the two protocols is the ceiling: the loop is tuned to its best.
    const CeilingRound one = ceiling_round(*admin, settings, false);
    const OperatorRound round = operator_round(*admin, settings, i + 1 == settings.rounds);
    const CeilingRound two = ceiling_round(*admin, settings, true);
    const CeilingRound& best = one.rate > two.rate ? one : two;
    by_time.push_back(best.seconds / round.seconds);
    by_rate.push_back(round.writes / round.seconds / best.rate);
    cpu.push_back(round.cpu_ms_per_write);
    start_rss.push_back(static_cast<double>(round.rss_start_kib) / 1024);
    rss.push_back(static_cast<double>(round.rss_kib) / 1024);
    std::fflush(stdout);
  }
  std::printf(
      "medians: fraction of the ceiling %.2f by writes a second, %.2f by time to the same end state; "
      "%.3f ms operator CPU a write; RSS %.1f MiB at start, %.1f MiB with %d HeatClusters\n",
      median(by_rate), median(by_time), median(cpu), median(start_rss), median(rss), settings.clusters);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app("Benchmark of converging HeatClusters");
  app.add_option("--kubeconfig", settings.kubeconfig)->envname("HEAT_OPERATOR_TEST_KUBECONFIG")->required();
  app.add_option("--operator", settings.operator_binary)->envname("HEAT_OPERATOR_BINARY")->required();
  app.add_option("--clusters", settings.clusters);
  app.add_option("--parallel", settings.parallel);
  app.add_option("--rounds", settings.rounds);
  app.add_option("--idle-seconds", settings.idle_seconds);
  app.add_option("--edits", settings.edits);
  CLI11_PARSE(app, argc, argv);
  setvbuf(stdout, nullptr, _IOLBF, 0);
  http::initialize_cpprest(4);
  return run(settings);
}
