#include "options.h"

#include <CLI/CLI.hpp>
#include <sstream>

namespace {

const std::map<std::string, base::log::Level> levels{{"debug", base::log::Level::debug},
                                                     {"info", base::log::Level::info},
                                                     {"warn", base::log::Level::warn},
                                                     {"error", base::log::Level::error}};
const std::map<std::string, base::log::Format> formats{{"json", base::log::Format::json},
                                                       {"text", base::log::Format::text}};

CLI::AsNumberWithUnit duration() {
  return CLI::AsNumberWithUnit(std::map<std::string, int>{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}},
                               CLI::AsNumberWithUnit::UNIT_REQUIRED);
}

void declare(CLI::App& app, Options& options) {
  app.set_version_flag("--version", HEAT_OPERATOR_VERSION, "Print the version and exit");
  // As Go's flags do: what comes last counts, so that a wrapper can add to somebody's arguments.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--kubeconfig", options.kubeconfig,
                 "Path of a kubeconfig; without it $KUBECONFIG, then the pod's ServiceAccount, then ~/.kube/config")
      ->envname("HEAT_OPERATOR_KUBECONFIG");
  app.add_option("--context", options.context, "Context of the kubeconfig; without it the current one")
      ->envname("HEAT_OPERATOR_CONTEXT");
  app.add_option("--namespace", options.namespaces, "Namespace to work in; may be repeated; without it all namespaces")
      ->envname("HEAT_OPERATOR_NAMESPACE")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->delimiter(',');
  app.add_option("--workers", options.workers, "HeatClusters reconciled at the same time")
      ->envname("HEAT_OPERATOR_WORKERS")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_flag("--leader-elect", options.leader_elect,
               "Work only while holding the Lease heat-operator, so that one of several processes works; "
               "--leader-elect=false where there is only one, ever")
      ->envname("HEAT_OPERATOR_LEADER_ELECT")
      ->default_str("true");
  app.add_option("--leader-elect-namespace", options.leader_elect_namespace,
                 "Namespace of that Lease; in a pod the pod's own, elsewhere it must be given")
      ->envname("HEAT_OPERATOR_LEADER_ELECT_NAMESPACE");
  app.add_option("--metrics-bind-address", options.metrics_bind_address, "Where /metrics is served; 0 switches it off")
      ->envname("HEAT_OPERATOR_METRICS_BIND_ADDRESS")
      ->capture_default_str();
  app.add_option("--health-probe-bind-address", options.health_probe_bind_address,
                 "Where /healthz and /readyz are served; 0 switches them off")
      ->envname("HEAT_OPERATOR_HEALTH_PROBE_BIND_ADDRESS")
      ->capture_default_str();
  app.add_option("--secret-poll-interval", options.secret_poll_interval,
                 "How often the Secrets that HeatClusters name are read again (for example 30s)")
      ->envname("HEAT_OPERATOR_SECRET_POLL_INTERVAL")
      ->transform(duration())
      ->default_str("30s");
  app.add_option("--workload-health-interval", options.workload_health_interval,
                 "How often managed brokers are asked how they are, and Heats which engines they know, over the pods' "
                 "network; 0s: "
                 "never; without it each 30s in a pod, and elsewhere, where pods are rarely reached, never")
      ->envname("HEAT_OPERATOR_WORKLOAD_HEALTH_INTERVAL")
      ->transform(duration());
  app.add_option("--image-heat", options.image_heat,
                 "Image of Heat for HeatClusters that name none; {release} in it stands for spec.release")
      ->envname("HEAT_OPERATOR_IMAGE_HEAT");
  app.add_option("--image-haproxy", options.image_haproxy, "Image of HAProxy for HeatClusters that name none")
      ->envname("HEAT_OPERATOR_IMAGE_HAPROXY");
  app.add_option("--image-rabbitmq", options.image_rabbitmq, "Image of RabbitMQ for HeatClusters that name none")
      ->envname("HEAT_OPERATOR_IMAGE_RABBITMQ");
  app.add_option("--log-level", options.log_level, "debug, info, warn or error")
      ->envname("HEAT_OPERATOR_LOG_LEVEL")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case))
      ->default_str("info");
  app.add_option("--log-format", options.log_format, "json or text")
      ->envname("HEAT_OPERATOR_LOG_FORMAT")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
      ->default_str("json");
}

}  // namespace

base::Result<Options, Exit> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app("heat-operator: runs OpenStack Heat scaled out, from HeatCluster objects", "heat-operator");
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const bool asked = app.exit(error, out, err) == 0;
    return tl::unexpected(
        asked ? Exit{0, out.str()}
              : Exit{2, "heat-operator: " + std::string(error.what()) + " (heat-operator --help lists the flags)\n"});
  }
  if (options.secret_poll_interval < std::chrono::seconds(1)) {
    return tl::unexpected(Exit{2, "heat-operator: --secret-poll-interval must be at least 1s\n"});
  }
  if (const auto interval = options.workload_health_interval.value_or(base::Duration{0});
      interval != base::Duration{0} && interval < std::chrono::seconds(1)) {
    return tl::unexpected(Exit{2, "heat-operator: --workload-health-interval must be 0s or at least 1s\n"});
  }
  return options;
}
