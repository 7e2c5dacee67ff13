// The command line: every flag has an environment twin HEAT_OPERATOR_… (docs/configuration.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/logging.h"
#include "base/result.h"

struct Options {
  std::string kubeconfig;
  std::string context;
  std::vector<std::string> namespaces;  // empty: all of them
  int workers = 4;
  bool leader_elect = true;
  std::string leader_elect_namespace;  // empty: that of the pod
  std::string metrics_bind_address = ":8080";
  std::string health_probe_bind_address = ":8081";
  base::log::Level log_level = base::log::Level::info;
  base::log::Format log_format = base::log::Format::json;
  base::Duration secret_poll_interval = std::chrono::seconds(30);
  std::optional<base::Duration> workload_health_interval;  // 0: never; absent: 30 s in a pod, elsewhere never
  std::string image_heat;  // HEAT_OPERATOR_IMAGE_HEAT; empty: each HeatCluster must name its image
  std::string image_haproxy;
  std::string image_rabbitmq;
};

// What parsing ends in where it does not end in Options: --help, --version, or wrong usage.
struct Exit {
  int code = 0;         // 0 for --help and --version, 2 for wrong usage
  std::string message;  // one text to print: on stdout for code 0, on stderr otherwise
};

base::Result<Options, Exit> parse_options(int argc, const char* const* argv);
