// haproxy.cfg: both APIs behind one address, followed by DNS.
#pragma once

#include <chrono>
#include <string>

#include "heat/spec.h"

namespace heat {

inline constexpr long proxy_metrics_port = 8404;  // readiness, metrics and statistics: inside the cluster only

// Name of the environment variable that holds the domain of the namespace's Services, "openstack.svc.cluster.local":
// HAProxy's resolver knows no search list, and only the pod knows the cluster's domain.
inline constexpr std::string_view service_domain_variable = "SERVICE_DOMAIN";

// When a proxy pod that ends closes what is still open: after every answer that it could have waited for.
std::chrono::seconds proxy_hard_stop(const Spec& spec);

// The whole file. Depends on replica counts of the APIs only through reach.
std::string haproxy_cfg(const Spec& spec);

}  // namespace heat
