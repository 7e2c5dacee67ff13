// What a pod's ServiceAccount gives: the API server's address from the environment, token and authority from a folder
// that the kubelet keeps fresh.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "kube/kubeconfig.h"

namespace kube {

inline constexpr const char* service_account_folder = "/var/run/secrets/kubernetes.io/serviceaccount";

// Whether the environment is a pod's: KUBERNETES_SERVICE_HOST and _PORT are set.
bool in_cluster(const std::map<std::string, std::string>& environment);

// The token is read again every 50 s (client-go: 60 s less 10 s; the kubelet renews it at 80 % of its life), the
// authority every 5 min. `clock` must outlive the result.
base::Result<ClusterAccess> load_in_cluster(const std::map<std::string, std::string>& environment,
                                            const base::Clock& clock,
                                            const std::string& folder = service_account_folder);

// The way to the API server that was asked for, or the first there is: options.path, or a context; $KUBECONFIG; the
// pod's ServiceAccount; $HOME/.kube/config. That is controller-runtime's order; kubectl looks at the ServiceAccount
// last, since in a pod it is a person's. `clock` must outlive the result.
base::Result<ClusterAccess> load_cluster_access(const KubeconfigOptions& options, const base::Clock& clock,
                                                const std::string& folder = service_account_folder);

}  // namespace kube
