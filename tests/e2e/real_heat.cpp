#include "real_heat.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "json/yaml.h"

namespace e2e {
namespace {

constexpr const char* client = "client";
constexpr int heat_user = 42424;
// Below the time after which a kubectl is given up.
constexpr const char* one_wait = "--timeout=60s";

std::string environment(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? fallback : value;
}

// What hack/images/build.sh makes, and the release that is in it.
std::string heat_release() { return environment("HEAT_OPERATOR_TEST_RELEASE", "2025.1"); }
std::string heat_image() { return environment("HEAT_OPERATOR_TEST_IMAGE_HEAT", "localhost/heat:2025.1"); }

json::Value heat_cluster() {
  return {{"apiVersion", "heat.openstack.org/v1alpha1"},
          {"kind", "HeatCluster"},
          {"metadata", {{"name", "heat"}}},
          {"spec",
           {{"release", heat_release()},
            {"images",
             {{"heat", {{"image", heat_image()}, {"user", heat_user}}},
              {"haproxy", {{"image", environment("HEAT_OPERATOR_TEST_IMAGE_HAPROXY", "localhost/haproxy:3.0")}}},
              {"rabbitmq", {{"image", environment("HEAT_OPERATOR_TEST_IMAGE_RABBITMQ", "localhost/rabbitmq:4.0")}}}}},
            {"proxy", {{"replicas", 2}}},
            {"api", {{"replicas", 2}, {"workers", 1}}},
            {"cfn", {{"replicas", 1}, {"workers", 1}}},
            {"engine", {{"replicas", 2}, {"workers", 1}, {"drainTimeout", "5m"}}},
            {"broker", {{"managed", {{"replicas", 3}, {"storage", {{"size", "1Gi"}}}}}}},
            {"database", {{"secretName", "heat-db"}}},
            {"identity", {{"noauth", json::Value::object()}}}}}};
}

// Of a /proc/PID/stat: user and system, fields 14 and 15; the second field, a name in brackets, may hold blanks.
double cpu_seconds(const std::string& stat) {
  std::ifstream file(stat);
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Of a /proc/PID/status.
double kilobytes(const std::string& status, const std::string& name) {
  std::ifstream file(status);
  for (std::string word; file >> word;) {
    double value = 0;
    if (word == name && file >> value) return value;
  }
  return 0;
}

// None where the operator has not looked yet.
json::Value conditions_of(const json::Value& cluster) {
  const json::Value* conditions = json::find(cluster, "/status/conditions");
  return conditions == nullptr ? json::Value::array() : *conditions;
}

double seconds_since(integration::Monotonic time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

}  // namespace

json::Value restricted_namespace(const std::string& name) {
  return {{"apiVersion", "v1"},
          {"kind", "Namespace"},
          {"metadata", {{"name", name}, {"labels", {{"pod-security.kubernetes.io/enforce", "restricted"}}}}}};
}

Objects database() {
  std::ifstream file(std::string(HEAT_OPERATOR_SOURCE_DIR) + "/manifests/samples/mariadb.yaml");
  std::ostringstream text;
  text << file.rdbuf();
  auto objects = json::parse_yaml_documents(text.str());
  if (!objects) throw std::runtime_error("manifests/samples/mariadb.yaml cannot be read");
  for (json::Value& object : *objects) {
    if (object.at("kind") != "StatefulSet") continue;
    object["spec"]["template"]["spec"]["containers"][0]["image"] =
        environment("HEAT_OPERATOR_TEST_IMAGE_MARIADB", "localhost/mariadb:11.8");
  }
  return *objects;
}

json::Value heat_pod(const std::string& name, const json::Value& volumes, const json::Value& mounts) {
  const json::Value command = json::Value::array({"sleep", "infinity"});
  const json::Value env = json::Value::array({{{"name", "HOME"}, {"value", "/tmp"}},
                                              {{"name", "OS_AUTH_TYPE"}, {"value", "none"}},
                                              {{"name", "OS_ENDPOINT"}, {"value", "http://heat-proxy:8004/v1/admin"}}});
  json::Value container = {
      {"name", name},
      {"image", heat_image()},
      {"command", command},
      {"env", env},
      {"volumeMounts", mounts.is_null() ? json::Value::array({{{"name", "tmp"}, {"mountPath", "/tmp"}}}) : mounts},
      {"securityContext",
       {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", json::Value::array({"ALL"})}}}}}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", name}}},
          {"spec",
           {{"securityContext",
             {{"runAsNonRoot", true},
              {"runAsUser", heat_user},
              {"runAsGroup", heat_user},
              {"fsGroup", heat_user},
              {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
            {"terminationGracePeriodSeconds", 0},
            {"enableServiceLinks", false},
            {"containers", json::Value::array({std::move(container)})},
            {"volumes", volumes.is_null() ? json::Value::array({{{"name", "tmp"}, {"emptyDir", json::Value::object()}}})
                                          : volumes}}}};
}

HeatApi api_of(const integration::Kubectl& kubectl) {
  const std::string host = integration::text_at(kubectl.get("service", "heat-proxy"), "/spec/clusterIP");
  return HeatApi("http://" + host + ":8004/v1", "http://" + host + ":8000/v1");
}

AssertionResult completes_a_first_stack(const integration::Kubectl& kubectl) {
  if (const auto there =
          integration::wait_until([&] { return kubectl.find("service", "heat-proxy").has_value(); }, long_patience);
      !there) {
    return AssertionFailure() << "no Service heat-proxy";
  }
  HeatApi api = api_of(kubectl);
  auto next = std::chrono::steady_clock::now();
  const AssertionResult created = integration::wait_until(
      [&]() -> AssertionResult {
        if (std::chrono::steady_clock::now() < next) return AssertionFailure() << "not asked yet";
        next += std::chrono::milliseconds(500);
        const Answer answer = api.create_stack("first", small_stack());
        // 409: an earlier call did create it, and its answer was lost.
        if (answer.status == 201 || answer.status == 409) return AssertionSuccess();
        return AssertionFailure() << answer.text();
      },
      long_patience);
  return created ? api.completes("first", long_patience) : created;
}

std::unique_ptr<RealHeat> RealHeat::brought_up() {
  std::unique_ptr<RealHeat> heat(new RealHeat);
  try {
    heat->bring_up();
  } catch (const std::exception& error) {
    std::cout << heat->tell() << error.what() << std::endl;
    heat.reset();
  }
  return heat;
}

RealHeat& RealHeat::instance() {
  // Tried once: what did not come up for the first test does not for the next, and each would wait for minutes.
  static const std::unique_ptr<RealHeat> one = brought_up();
  if (!one) throw std::runtime_error("Heat did not come up; before the first test stands what it came to");
  return *one;
}

RealHeat::RealHeat() : kubectl_(integration::ControlPlane::instance().admin().in(heat_namespace)) {}

RealHeat::~RealHeat() {
  kubectl_.run({"delete", "heatclusters", "--all", "--timeout=60s"});
  kubectl_.run({"delete", "namespace", heat_namespace, "--wait=false"});
  if (operator_) operator_->stop();
}

void RealHeat::bring_up() {
  const integration::ControlPlane& plane = integration::ControlPlane::instance();
  plane.admin().apply(restricted_namespace(heat_namespace));
  operator_ = std::make_unique<integration::OperatorProcess>(
      plane.operator_binary(), plane.operator_kubeconfig(), plane.scratch("operator.log"),
      std::vector<std::string>{"--leader-elect-namespace", heat_namespace});
  if (const auto ready = operator_->becomes_ready(); !ready) throw std::runtime_error(ready.message());

  Objects objects = database();
  objects.push_back(heat_cluster());
  applied_ = std::chrono::steady_clock::now();
  kubectl_.apply(objects);
  if (const auto stack = completes_a_first_stack(kubectl_); !stack) throw std::runtime_error(stack.message());
  seconds_to_first_stack_ = seconds_since(applied_);
  if (const auto ready = becomes_ready(); !ready) throw std::runtime_error(ready.message());

  kubectl_.apply(heat_pod(client));
  kubectl_.succeed({"wait", "--for=condition=Ready", std::string("pod/") + client, "--timeout=25s"});
}

HeatApi RealHeat::api() const { return api_of(kubectl_); }

Finished RealHeat::openstack(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{"exec", client, "--", "openstack"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return kubectl_.run(words);
}

void RealHeat::patch_spec(const json::Value& spec) const { kubectl_.patch("heatcluster", "heat", {{"spec", spec}}); }

Objects RealHeat::pods(const std::string& component) const {
  return kubectl_.list("pods", "app.kubernetes.io/instance=heat,app.kubernetes.io/component=" + component);
}

AssertionResult RealHeat::settles(const std::string& component, int replicas, Duration within) const {
  const std::string wanted = std::to_string(replicas) + "/" + std::to_string(replicas);
  const std::string summary_is = "--for=jsonpath={.status." + component + ".summary}=" + wanted;
  return integration::wait_until(
      [&]() -> AssertionResult {
        // kubectl watches meanwhile: asking ten times a second would take the CPU that the pods need.
        kubectl_.run({"wait", summary_is, "heatcluster/heat", one_wait});
        const json::Value cluster = kubectl_.get("heatcluster", "heat");
        const std::string summary = integration::text_at(cluster, "/status/" + component + "/summary");
        const std::size_t there = pods(component).size();
        if (summary == wanted && there == static_cast<std::size_t>(replicas)) return AssertionSuccess();
        return AssertionFailure() << component << ": " << summary << " ready, " << there << " pods, wanted " << wanted;
      },
      within);
}

AssertionResult RealHeat::becomes_ready(Duration within) const {
  return integration::wait_until(
      [&]() -> AssertionResult {
        const Finished waited = kubectl_.run({"wait", "--for=condition=Ready", "heatcluster/heat", one_wait});
        if (waited.exit_code == 0) return AssertionSuccess();
        return AssertionFailure() << waited.text();
      },
      within);
}

AssertionResult RealHeat::tells(const std::string& mend, Duration within, const std::string& name) const {
  return integration::wait_until(
      [&]() -> AssertionResult {
        std::string all;
        bool is_false = false;
        const json::Value object = cluster(name);
        for (const json::Value& condition : conditions_of(object)) {
          is_false = is_false || (condition.at("type") == "Ready" && condition.at("status") == "False");
          if (condition.at("status") == "True" && condition.at("type") != "Stalled") continue;
          all += condition.at("type").get<std::string>() + ": " + condition.at("message").get<std::string>() + "\n";
        }
        if (is_false && all.find(mend) != std::string::npos) return AssertionSuccess() << all;
        return AssertionFailure() << "nothing holds \"" << mend << "\" in\n" << all;
      },
      within);
}

void RealHeat::tell_cost() const {
  const std::string process = "/proc/" + std::to_string(operator_->pid());
  figure("the operator's CPU, from the first apply on", cpu_seconds(process + "/stat") / seconds_since(applied_) * 100,
         "% of a core");
  figure("the operator's RSS at its highest", kilobytes(process + "/status", "VmHWM:") / 1024, "MiB");
}

void RealHeat::take_down() {
  kubectl_.run({"delete", "heatclusters", "--all", "--timeout=60s"});
  // Engines would wait for a broker that goes at the same time: nothing of this is waited for.
  kubectl_.run({"delete", "statefulset", "mariadb", "--wait=false"});
  integration::wait_until(
      [&] {
        kubectl_.run({"delete", "pods", "--all", "--grace-period=0", "--force", "--wait=false"});
        return kubectl_.list("pods").empty();
      },
      long_patience);
}

AssertionResult RealHeat::is_settled_and_ready(Duration within, const std::string& name) const {
  return integration::wait_until(
      [&]() -> AssertionResult {
        const std::string generation = integration::text_at(cluster(name), "/metadata/generation");
        for (const std::string& condition :
             {"jsonpath={.status.observedGeneration}=" + generation, std::string("condition=Ready"),
              std::string("condition=Reconciling=False")}) {
          const Finished waited = kubectl_.run({"wait", "--for=" + condition, "heatcluster/" + name, one_wait});
          if (waited.exit_code != 0) return AssertionFailure() << waited.text();
        }
        const json::Value object = cluster(name);
        for (const json::Value& condition : conditions_of(object)) {
          const bool wanted = condition.at("type") != "Reconciling" && condition.at("type") != "Stalled";
          if (condition.at("status") != (wanted ? "True" : "False")) return AssertionFailure() << condition.dump();
        }
        return AssertionSuccess();
      },
      within);
}

std::string RealHeat::tell() const {
  std::string text;
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"get", "heatclusters", "--output", "yaml"},
                                             {"get", "all,pvc", "--output", "wide"},
                                             {"get", "events", "--sort-by", ".lastTimestamp"}}) {
    text += kubectl_.run(words).out + "\n";
  }
  for (const json::Value& pod : kubectl_.list("pods")) {
    text += "== " + integration::name_of(pod) + "\n" +
            kubectl_.run({"logs", integration::name_of(pod), "--tail=25"}).text() + "\n";
  }
  if (operator_) text += "== the operator\n" + operator_->log();
  return text;
}

void figure(const std::string& what, double value, const std::string& unit) {
  char line[200];
  std::snprintf(line, sizeof line, "figure: %-70s %8.2f %s", what.c_str(), value, unit.c_str());
  std::cout << line << std::endl;
}

}  // namespace e2e
