#include "control_plane.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "file_lock.h"
#include "json/yaml.h"

namespace integration {
namespace {

namespace fs = std::filesystem;

// How long other processes may have the cluster, and how long they may take to install.
constexpr Duration longest_turn{180'000};
constexpr Duration longest_installation{60'000};
// The token below lasts an hour, a process a few minutes.
constexpr const char* token_lifetime = "1h";
constexpr std::chrono::minutes token_may_be_old{40};

bool alone = false;

std::string from_environment(const char* name, const char* fallback = nullptr) {
  const char* value = std::getenv(name);
  if (value != nullptr && *value != '\0') return value;
  if (fallback != nullptr) return fallback;
  throw std::runtime_error(std::string(name) +
                           " is not set: hack/test.sh integration starts a control plane and sets it");
}

std::string new_directory() {
  std::string path = (fs::temp_directory_path() / "heat-operator-test.XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("cannot make " + path);
  return path;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Each test's operator elects in the test's own namespace, by the rights of the Role that is shipped. Bound once for
// all namespaces: where a Role has just been made, the API server may refuse the first request.
Objects elections_everywhere() {
  const auto role = json::parse_yaml(content_of(HEAT_OPERATOR_SOURCE_DIR "/manifests/access/leader-role.yaml"));
  if (!role) throw std::runtime_error("manifests/access/leader-role.yaml cannot be read");
  const json::Value metadata = {{"name", "heat-operator-tests-elect"}};
  const std::string group = "rbac.authorization.k8s.io";
  return {
      {{"apiVersion", group + "/v1"}, {"kind", "ClusterRole"}, {"metadata", metadata}, {"rules", role->at("rules")}},
      {{"apiVersion", group + "/v1"},
       {"kind", "ClusterRoleBinding"},
       {"metadata", metadata},
       {"roleRef", {{"apiGroup", group}, {"kind", "ClusterRole"}, {"name", "heat-operator-tests-elect"}}},
       {"subjects", {{{"kind", "ServiceAccount"}, {"name", "heat-operator"}, {"namespace", operator_namespace}}}}}};
}

}  // namespace

const ControlPlane& ControlPlane::instance() {
  static const ControlPlane plane;
  return plane;
}

void ControlPlane::take_alone() { alone = true; }

ControlPlane::ControlPlane() {
  const std::string kubeconfig = from_environment("HEAT_OPERATOR_TEST_KUBECONFIG");
  const std::string programs = from_environment("HEAT_OPERATOR_TEST_BIN");
  operator_binary_ = from_environment("HEAT_OPERATOR_BINARY", HEAT_OPERATOR_DEFAULT_BINARY);
  is_thrown_away_ = !from_environment("HEAT_OPERATOR_TEST_THROWN_AWAY", "").empty();
  admin_ = std::make_unique<Kubectl>(programs + "/kubectl", kubeconfig);
  shared_ = kubeconfig + ".tests";
  mkdir(shared_.c_str(), S_IRWXU);
  lock_ = std::make_unique<FileLock>(shared("cluster.lock"), alone ? FileLock::Kind::exclusive : FileLock::Kind::shared,
                                     longest_turn);
  operator_kubeconfig_ = shared("operator.kubeconfig");
  install_where_needed();
  scratch_ = new_directory();
}

ControlPlane::~ControlPlane() { fs::remove_all(scratch_); }

void ControlPlane::install_where_needed() const {
  const FileLock lock(shared("installation.lock"), FileLock::Kind::exclusive, longest_installation);
  std::error_code none;
  const auto written = fs::last_write_time(shared("token"), none);
  const bool fresh = !none && fs::file_time_type::clock::now() - written < token_may_be_old;
  if (fresh && content_of(shared("installed")) == fingerprint()) return;
  install();
}

// Of the files that are installed: time and size.
std::string ControlPlane::fingerprint() const {
  std::vector<std::string> files;
  for (const char* folder : {"/manifests", "/crds"}) {
    for (const auto& file : fs::recursive_directory_iterator(std::string(HEAT_OPERATOR_SOURCE_DIR) + folder)) {
      if (!file.is_regular_file()) continue;
      files.push_back(file.path().string() + " " + std::to_string(file.file_size()) + " " +
                      std::to_string(file.last_write_time().time_since_epoch().count()) + "\n");
    }
  }
  std::sort(files.begin(), files.end());
  std::string all;
  for (const std::string& file : files) all += file;
  return all;
}

void ControlPlane::unsettle() const { fs::remove(shared("installed")); }

void ControlPlane::install() const {
  const Kubectl home = admin_->in(operator_namespace);
  home.succeed({"apply", "--server-side", "--force-conflicts", "--kustomize",
                std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests/overlays/outside"});
  home.apply(elections_everywhere());
  admin_->succeed({"wait", "--for=condition=Established", "crd/heatclusters.heat.openstack.org", "--timeout=30s"});
  write_file(shared("token"), home.succeed({"create", "token", "heat-operator", "--duration", token_lifetime}));
  write_file(operator_kubeconfig_, access_by(shared("token")).dump());
  write_file(shared("installed"), fingerprint());
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
  json::Value config = access_by(shared("token"));
  config["clusters"][0]["cluster"]["server"] = server;
  const std::string path = scratch("other.kubeconfig");
  write_file(path, config.dump());
  return path;
}

std::string ControlPlane::kubeconfig_of(const std::string& namespace_name, const std::string& service_account) const {
  const std::string token = scratch(namespace_name + ".token");
  write_file(token,
             admin_->in(namespace_name).succeed({"create", "token", service_account, "--duration", token_lifetime}));
  const std::string path = scratch(namespace_name + ".kubeconfig");
  write_file(path, access_by(token).dump());
  return path;
}

void write_file(const std::string& path, const std::string& content) {
  const std::string whole = path + ".new";
  std::ofstream file(whole, std::ios::trunc);
  file << content;
  file.close();
  if (!file || chmod(whole.c_str(), S_IRUSR | S_IWUSR) != 0 || rename(whole.c_str(), path.c_str()) != 0) {
    throw std::runtime_error("cannot write " + path);
  }
}

}  // namespace integration
