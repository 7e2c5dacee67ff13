// The cluster under test and the operator's way into it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "json/json.h"
#include "kubectl.h"

namespace integration {

class FileLock;

// One for the process, made at first use: takes its share of the cluster, sees to it that manifests/overlays/outside is
// in it, and knows a kubeconfig for the operator's own ServiceAccount. As an admin the operator would hide every right
// that the manifests lack.
//
// Processes share a cluster: what one of them has installed serves the others. Beside the cluster's kubeconfig lies a
// directory <kubeconfig>.tests with locks, that kubeconfig, and a note of what is installed.
class ControlPlane {
 public:
  // Throws std::runtime_error where there is no cluster: a level that tests nothing must not pass.
  static const ControlPlane& instance();
  // Before the first instance(): this process has the cluster for itself, since its tests change what all namespaces
  // share.
  static void take_alone();
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

  // A path that all processes on this cluster share.
  std::string shared(const std::string& name) const { return shared_ + "/" + name; }

  // The cluster ends with the run: what lies about in it by then is nobody's. To clear a namespace the API server is
  // asked for each of its types, a quarter of all that a run asks for.
  bool is_thrown_away() const { return is_thrown_away_; }

  // A test is about to take away what is installed: should it die, the next process puts it back.
  void unsettle() const;
  // CRD, ServiceAccount and rights as they are shipped; puts back what a test took away.
  void install() const;

 private:
  ControlPlane();
  void install_where_needed() const;
  std::string fingerprint() const;
  json::Value access_by(const std::string& token_file) const;

  std::string shared_;
  std::string scratch_;
  std::string operator_binary_;
  std::string operator_kubeconfig_;
  bool is_thrown_away_ = false;
  std::unique_ptr<Kubectl> admin_;
  std::unique_ptr<FileLock> lock_;
};

// Where the operator as it is shipped has its Lease.
inline const std::string operator_namespace = "heat-operator-system";

// Writes `content` for its owner alone; whoever reads the file meets all of it or what was there before.
void write_file(const std::string& path, const std::string& content);

}  // namespace integration
