#include "control_plane.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace integration {
namespace {

constexpr const char* operator_namespace = "heat-operator-system";
// How long another process may have the cluster.
constexpr Duration longest_turn{120'000};

std::string from_environment(const char* name, const char* fallback = nullptr) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') return value;
  if (fallback != nullptr) return fallback;
  throw std::runtime_error(std::string(name) +
                           " is not set: hack/test.sh integration starts a control plane and sets it");
}

std::string new_directory() {
  std::string path = (std::filesystem::temp_directory_path() / "heat-operator-test.XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make " + path);
  return path;
}

}  // namespace

// Held on the kubeconfig: whoever uses the same cluster waits.
class ClusterLock {
 public:
  explicit ClusterLock(const std::string& kubeconfig) : file_(open(kubeconfig.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (wait_until([this] { return file_ < 0 || flock(file_, LOCK_EX | LOCK_NB) == 0; }, longest_turn) && file_ >= 0)
      return;
    close(file_);
    throw std::runtime_error("cannot lock " + kubeconfig);
  }
  ~ClusterLock() { close(file_); }
  ClusterLock(const ClusterLock&) = delete;
  ClusterLock& operator=(const ClusterLock&) = delete;

 private:
  int file_;
};

const ControlPlane& ControlPlane::instance() {
  static const ControlPlane plane;
  return plane;
}

ControlPlane::ControlPlane() {
  const std::string kubeconfig = from_environment("HEAT_OPERATOR_TEST_KUBECONFIG");
  const std::string programs = from_environment("HEAT_OPERATOR_TEST_BIN");
  operator_binary_ = from_environment("HEAT_OPERATOR_BINARY", HEAT_OPERATOR_DEFAULT_BINARY);
  lock_ = std::make_unique<ClusterLock>(kubeconfig);
  admin_ = std::make_unique<Kubectl>(programs + "/kubectl", kubeconfig);
  install();

  scratch_ = new_directory();
  operator_kubeconfig_ = scratch("operator.kubeconfig");
  write_file(scratch("token"),
             admin_->in(operator_namespace).succeed({"create", "token", "heat-operator", "--duration", "1h"}));
  write_file(operator_kubeconfig_, access_by(scratch("token")).dump());
}

ControlPlane::~ControlPlane() { std::filesystem::remove_all(scratch_); }

void ControlPlane::install() const {
  admin_->in(operator_namespace)
      .succeed({"apply", "--server-side", "--force-conflicts", "--kustomize",
                std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests/overlays/outside"});
  admin_->succeed({"wait", "--for=condition=Established", "crd/heatclusters.heat.openstack.org", "--timeout=30s"});
}

// The admin's kubeconfig with another user: a token file, as a pod has one.
json::Value ControlPlane::access_by(const std::string& token_file) const {
  auto config = json::parse(admin_->succeed({"config", "view", "--raw", "--minify", "--output", "json"}));
  if (!config) throw std::runtime_error("kubectl config view printed no JSON");
  const std::string user = config->at("contexts").at(0).at("context").at("user").get<std::string>();
  (*config)["users"] = {{{"name", user}, {"user", {{"tokenFile", token_file}}}}};
  return *config;
}

std::string ControlPlane::kubeconfig_to(const std::string& server) const {
  json::Value config = access_by(scratch("token"));
  config["clusters"][0]["cluster"]["server"] = server;
  const std::string path = scratch("other.kubeconfig");
  write_file(path, config.dump());
  return path;
}

std::string ControlPlane::kubeconfig_of(const std::string& namespace_name, const std::string& service_account) const {
  const std::string token = scratch(namespace_name + ".token");
  write_file(token, admin_->in(namespace_name).succeed({"create", "token", service_account, "--duration", "1h"}));
  const std::string path = scratch(namespace_name + ".kubeconfig");
  write_file(path, access_by(token).dump());
  return path;
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::trunc);
  file << content;
  file.close();
  if (!file || chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) throw std::runtime_error("cannot write " + path);
}

}  // namespace integration
