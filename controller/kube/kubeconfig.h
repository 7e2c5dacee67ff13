// kubeconfig: from file(s) to a server and credentials. Source of the rules: client-go tools/clientcmd.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "kube/credentials.h"

namespace kube {

// One chosen context, files resolved against the folder of the kubeconfig that named them.
struct ClusterAccess {
  std::string server;           // "https://127.0.0.1:6443"
  std::string tls_server_name;  // empty: the server's host
  bool insecure_skip_tls_verify = false;
  std::string namespace_name;  // the context's, or the pod's; empty: none
  bool in_pod = false;         // by the pod's ServiceAccount: namespace_name is where this process runs
  std::string source;          // for messages: which file, which context
  std::shared_ptr<Credentials> credentials;
};

struct KubeconfigOptions {
  std::string path;     // --kubeconfig; empty: $KUBECONFIG (a list, first value wins), else $HOME/.kube/config
  std::string context;  // empty: current-context
  // The environment as the process was started with: for $KUBECONFIG, $HOME and for exec plugins.
  std::map<std::string, std::string> environment;
};

// Every failure is one line that names the file, the entry and what to do.
base::Result<ClusterAccess> load_kubeconfig(const KubeconfigOptions& options, const base::Clock& clock);

}  // namespace kube
