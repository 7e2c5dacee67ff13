// The cluster under test and the operator's way into it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json/json.h"
#include "kubectl.h"

namespace integration {

class ClusterLock;

// One for the process, made at first use: takes the cluster for itself (tests change things that all namespaces share),
// brings manifests/overlays/outside into it, and makes a kubeconfig for the operator's own ServiceAccount. As an admin
// the operator would hide every right that the manifests lack.
class ControlPlane {
 public:
  // Throws std::runtime_error where there is no cluster: a level that tests nothing must not pass.
  static const ControlPlane& instance();
  ~ControlPlane();
  ControlPlane(const ControlPlane&) = delete;
  ControlPlane& operator=(const ControlPlane&) = delete;

  const Kubectl& admin() const { return *admin_; }
  const std::string& operator_binary() const { return operator_binary_; }
  const std::string& operator_kubeconfig() const { return operator_kubeconfig_; }
  // The path of a kubeconfig like the operator's that leads to another server.
  std::string kubeconfig_to(const std::string& server) const;
  // … for another ServiceAccount.
  std::string kubeconfig_of(const std::string& namespace_name, const std::string& service_account) const;
  // A path in a directory that only this process uses and that goes away with it.
  std::string scratch(const std::string& name) const { return scratch_ + "/" + name; }

  // CRD, ServiceAccount and rights as they are shipped; puts back what a test took away.
  void install() const;

 private:
  ControlPlane();
  json::Value access_by(const std::string& token_file) const;

  std::unique_ptr<ClusterLock> lock_;
  std::string scratch_;
  std::string operator_binary_;
  std::string operator_kubeconfig_;
  std::unique_ptr<Kubectl> admin_;
};

// Writes `content` for its owner alone.
void write_file(const std::string& path, const std::string& content);

}  // namespace integration
