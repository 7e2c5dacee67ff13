#include "real_heat.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "json/yaml.h"

namespace e2e {
namespace {

constexpr const char* namespace_name = "heat-e2e";
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

json::Value restricted_namespace() {
  return {{"apiVersion", "v1"},
          {"kind", "Namespace"},
          {"metadata", {{"name", namespace_name}, {"labels", {{"pod-security.kubernetes.io/enforce", "restricted"}}}}}};
}

// manifests/samples/mariadb.yaml with the image that is at hand.
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

// Runs nothing by itself: the command line client is called in it.
json::Value client_pod() {
  const json::Value command = json::Value::array({"sleep", "infinity"});
  const json::Value env = json::Value::array({{{"name", "HOME"}, {"value", "/tmp"}},
                                              {{"name", "OS_AUTH_TYPE"}, {"value", "none"}},
                                              {{"name", "OS_ENDPOINT"}, {"value", "http://heat-proxy:8004/v1/admin"}}});
  json::Value container = {
      {"name", client},
      {"image", heat_image()},
      {"command", command},
      {"env", env},
      {"volumeMounts", json::Value::array({{{"name", "tmp"}, {"mountPath", "/tmp"}}})},
      {"securityContext",
       {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", json::Value::array({"ALL"})}}}}}};
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", client}}},
          {"spec",
           {{"securityContext",
             {{"runAsNonRoot", true},
              {"runAsUser", heat_user},
              {"runAsGroup", heat_user},
              {"seccompProfile", {{"type", "RuntimeDefault"}}}}},
            {"terminationGracePeriodSeconds", 0},
            {"containers", json::Value::array({std::move(container)})},
            {"volumes", json::Value::array({{{"name", "tmp"}, {"emptyDir", json::Value::object()}}})}}}};
}

double seconds_since(integration::Monotonic time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

}  // namespace

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

RealHeat::RealHeat() : kubectl_(integration::ControlPlane::instance().admin().in(namespace_name)) {}

RealHeat::~RealHeat() {
  kubectl_.run({"delete", "heatclusters", "--all", "--timeout=60s"});
  kubectl_.run({"delete", "namespace", namespace_name, "--wait=false"});
  if (operator_) operator_->stop();
}

void RealHeat::bring_up() {
  const integration::ControlPlane& plane = integration::ControlPlane::instance();
  plane.admin().apply(restricted_namespace());
  operator_ = std::make_unique<integration::OperatorProcess>(
      plane.operator_binary(), plane.operator_kubeconfig(), plane.scratch("operator.log"),
      std::vector<std::string>{"--leader-elect-namespace", namespace_name});
  if (const auto ready = operator_->becomes_ready(); !ready) throw std::runtime_error(ready.message());

  Objects objects = database();
  objects.push_back(heat_cluster());
  applied_ = std::chrono::steady_clock::now();
  kubectl_.apply(objects);
  if (const auto ready = becomes_ready(Duration(600'000)); !ready) throw std::runtime_error(ready.message());
  seconds_to_ready_ = seconds_since(applied_);

  kubectl_.apply(client_pod());
  kubectl_.succeed({"wait", "--for=condition=Ready", std::string("pod/") + client, "--timeout=25s"});
}

double RealHeat::seconds_since_apply() const { return seconds_since(applied_); }

std::string RealHeat::address(const std::string& service) const {
  return integration::text_at(kubectl_.get("service", service), "/spec/clusterIP");
}

HeatApi RealHeat::api() const {
  const std::string host = address("heat-proxy");
  return HeatApi("http://" + host + ":8004/v1", "http://" + host + ":8000/v1");
}

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
  std::snprintf(line, sizeof line, "figure: %-70s %8.1f %s", what.c_str(), value, unit.c_str());
  std::cout << line << std::endl;
}

}  // namespace e2e
