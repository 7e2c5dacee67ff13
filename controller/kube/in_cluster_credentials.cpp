#include "kube/in_cluster_credentials.h"

#include <unistd.h>

#include <utility>

#include "kube/file_credentials.h"

namespace kube {
namespace {

std::string value_of(const std::map<std::string, std::string>& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string trimmed(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  return end == std::string::npos ? std::string() : text.substr(0, end + 1);
}

}  // namespace

bool in_cluster(const std::map<std::string, std::string>& environment) {
  return !value_of(environment, "KUBERNETES_SERVICE_HOST").empty() &&
         !value_of(environment, "KUBERNETES_SERVICE_PORT").empty();
}

base::Result<ClusterAccess> load_in_cluster(const std::map<std::string, std::string>& environment,
                                            const base::Clock& clock, const std::string& folder) {
  if (!in_cluster(environment)) {
    return base::failure("not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  const std::string host = value_of(environment, "KUBERNETES_SERVICE_HOST");
  const bool brackets = host.find(':') != std::string::npos;
  FileCredentialsParts parts;
  parts.token =
      Material::in_file("ServiceAccount token", folder + "/token", Material::Shape::token, std::chrono::seconds(50));
  parts.ca =
      Material::in_file("ServiceAccount authority", folder + "/ca.crt", Material::Shape::text, std::chrono::minutes(5));
  auto credentials = std::make_shared<FileCredentials>(std::move(parts), clock);
  const auto token = credentials->authorization();
  const auto tls = credentials->tls();
  if (!token || !tls) {
    return base::failure((token ? tls.error() : token.error()).message +
                         ": check that the pod mounts its ServiceAccount token (automountServiceAccountToken)");
  }
  ClusterAccess access;
  access.server =
      "https://" + (brackets ? "[" + host + "]" : host) + ":" + value_of(environment, "KUBERNETES_SERVICE_PORT");
  access.source = "the pod's ServiceAccount";
  if (const auto name = read_file(folder + "/namespace")) access.namespace_name = trimmed(*name);
  access.in_pod = true;
  access.credentials = std::move(credentials);
  return access;
}

base::Result<ClusterAccess> load_cluster_access(const KubeconfigOptions& options, const base::Clock& clock,
                                                const std::string& folder) {
  const bool named =
      !options.path.empty() || !options.context.empty() || !value_of(options.environment, "KUBECONFIG").empty();
  if (named || !in_cluster(options.environment)) return load_kubeconfig(options, clock);
  auto pod = load_in_cluster(options.environment, clock, folder);
  // A pod without a token may have a kubeconfig where a person has it.
  const std::string home = value_of(options.environment, "HOME");
  const bool at_home = !home.empty() && ::access((home + "/.kube/config").c_str(), F_OK) == 0;
  return pod || !at_home ? std::move(pod) : load_kubeconfig(options, clock);
}

}  // namespace kube
