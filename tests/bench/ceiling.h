// The ceiling: a loop that does nothing but send the operator's applies, as fast as this API server takes them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "clusters.h"

namespace bench {

// Where and as whom: the same as the operator.
struct Target {
  std::string server;
  std::string ca_pem;
  std::string client_cert_pem;
  std::string client_key_pem;
  std::string authorization;
};

struct CeilingResult {
  std::chrono::duration<double> elapsed{};
  std::chrono::duration<double> cpu{};  // of the loop itself
  std::size_t applies = 0;
  std::size_t errors = 0;
};

// `parallel` connections, one HeatCluster's list at a time on each, every answer read to its end and not looked at.
CeilingResult run_ceiling(const Target& target, const std::string& namespace_name,
                          const std::vector<std::vector<Apply>>& clusters, int parallel, bool http2);

}  // namespace bench
