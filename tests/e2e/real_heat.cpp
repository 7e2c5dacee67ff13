#include "real_heat.h"

#include <cstdio>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "manifests.h"

namespace e2e {
namespace {

constexpr const char* client = "client";

double seconds_since(integration::Monotonic time) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - time).count();
}

}  // namespace

const std::string& heat_namespace() {
  static const std::string name = environment("HEAT_OPERATOR_TEST_NAMESPACE", "heat-e2e");
  return name;
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

RealHeat::RealHeat() : kubectl_(integration::ControlPlane::instance().admin().in(heat_namespace())) {}

RealHeat::~RealHeat() {
  kubectl_.run({"delete", "heatclusters", "--all", "--timeout=60s"});
  kubectl_.run({"delete", "namespace", heat_namespace(), "--wait=false"});
}

void RealHeat::bring_up() {
  const integration::ControlPlane& plane = integration::ControlPlane::instance();
  plane.admin().apply(restricted_namespace(heat_namespace()));
  operator_ = &OperatorPod::instance();

  Objects objects = database();
  objects.push_back(heat_cluster());
  operators_cpu_before_ = operator_->cost().cpu_seconds;
  applied_ = std::chrono::steady_clock::now();
  kubectl_.apply(objects);
  if (const auto stack = completes_a_first_stack(kubectl_); !stack) throw std::runtime_error(stack.message());
  seconds_to_first_stack_ = seconds_since(applied_);
  if (const auto ready = becomes_ready(); !ready) throw std::runtime_error(ready.message());
  as_it_came_up_ = kubectl_.list("serviceaccounts,secrets,configmaps,services,jobs,statefulsets,deployments",
                                 "app.kubernetes.io/instance=heat");

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

std::set<std::string> RealHeat::pod_uids(const std::string& component) const {
  std::set<std::string> uids;
  for (const json::Value& pod : pods(component)) uids.insert(integration::uid_of(pod));
  return uids;
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

void RealHeat::tell_cost() const {
  const ProcessCost cost = operator_->cost();
  figure("the operator's CPU in both pods, from the first apply on",
         (cost.cpu_seconds - operators_cpu_before_) / seconds_since(applied_) * 100, "% of a core");
  figure("the operator's RSS at its highest", cost.highest_mib, "MiB");
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
