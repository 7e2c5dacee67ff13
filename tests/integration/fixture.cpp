#include "fixture.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iostream>
#include <stdexcept>

#include "sample.h"

namespace integration {
namespace {

const std::string volumes_of = "heat-operator-test=";

// "DriftTest", "RevertsAnEdit" → "reverts-an-edit-12345": found again in logs and in what a failed run leaves behind.
std::string new_namespace_name() {
  constexpr std::size_t longest = 50;
  std::string name;
  for (const char c : std::string(testing::UnitTest::GetInstance()->current_test_info()->name())) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) != 0 && !name.empty()) name += '-';
    name += std::isalnum(letter) != 0 ? static_cast<char>(std::tolower(letter)) : '-';
  }
  return name.substr(0, longest) + "-" + std::to_string(getpid());
}

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t begin = text.size();
  for (std::size_t lines = 0; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && ++lines > count) break;
  }
  return text.substr(begin);
}

}  // namespace

void NamespaceTest::SetUp() {
  const std::string name = new_namespace_name();
  plane().admin().succeed({"create", "namespace", name});
  kubectl_ = plane().admin().in(name);
}

// HeatClusters first: nothing then looks at the rest while the namespace is taken down in the background.
void NamespaceTest::TearDown() {
  if (!kubectl_) return;
  for (const json::Value& cluster : kubectl_->list("heatclusters")) {
    // What a test that failed has left would hold its namespace, and the CRD with it.
    if (!text_at(cluster, "/metadata/finalizers").empty()) {
      kubectl_->patch("heatcluster", name_of(cluster), {{"metadata", {{"finalizers", nullptr}}}});
    }
  }
  kubectl_->run({"delete", "heatclusters", "--all", "--timeout=30s"});
  if (!plane().is_thrown_away()) kubectl_->run({"delete", "namespace", kubectl_->namespace_name(), "--wait=false"});
  if (offers_volumes_) {
    kubectl_->run(
        {"delete", "persistentvolumes", "--selector", volumes_of + kubectl_->namespace_name(), "--wait=false"});
  }
}

void NamespaceTest::offer_volumes(const std::vector<std::string>& claims, const std::string& size,
                                  const std::string& storage_class) {
  const std::string& own = kubectl_->namespace_name();
  Objects volumes;
  for (const std::string& claim : claims) {
    volumes.push_back({{"apiVersion", "v1"},
                       {"kind", "PersistentVolume"},
                       {"metadata", {{"name", own + "-" + claim}, {"labels", {{"heat-operator-test", own}}}}},
                       {"spec",
                        {{"capacity", {{"storage", size}}},
                         {"accessModes", {"ReadWriteOnce"}},
                         {"storageClassName", storage_class},
                         {"claimRef", {{"namespace", own}, {"name", claim}}},
                         {"hostPath", {{"path", "/nonexistent"}}}}}});
  }
  offers_volumes_ = true;
  kubectl_->apply(volumes);
}

void OperatorTest::SetUp() {
  NamespaceTest::SetUp();
  restart_operator();
}

void OperatorTest::TearDown() {
  if (HasFailure() && operator_) {
    std::cout << "HeatClusters:\n"
              << kubectl().run({"get", "heatclusters,all,events", "--output", "wide"}).text()
              << "end of the operator's log:\n"
              << last_lines(operator_->log(), 40);
  }
  stop_operator();
  NamespaceTest::TearDown();
}

std::vector<std::string> OperatorTest::scope() const {
  const std::string& own = kubectl().namespace_name();
  return {"--namespace", own, "--leader-elect-namespace", own};
}

void OperatorTest::start_operator(const std::string& kubeconfig, const std::vector<std::string>& flags) {
  stop_operator();
  std::vector<std::string> all = scope();
  all.insert(all.end(), flags.begin(), flags.end());
  operator_ = std::make_unique<OperatorProcess>(plane().operator_binary(), kubeconfig,
                                                plane().scratch("operator-" + std::to_string(++starts_) + ".log"), all);
}

void OperatorTest::restart_operator(const std::vector<std::string>& flags) {
  start_operator(plane().operator_kubeconfig(), flags);
  ASSERT_TRUE(operator_->becomes_ready());
}

void OperatorTest::stop_operator() {
  if (!operator_) return;
  EXPECT_EQ(operator_->stop(), 0) << "end of its log:\n" << last_lines(operator_->log(), 10);
  EXPECT_EQ(operator_->log().find("not-a-real-password"), std::string::npos) << "the log tells a password";
  operator_.reset();
}

json::Value OperatorTest::bring_up() {
  kubectl().apply(sample());
  if (const AssertionResult ready = becomes_ready(); !ready) throw std::runtime_error(ready.message());
  return heat_cluster();
}

void OperatorTest::patch_spec(const json::Value& spec, const std::string& name) const {
  kubectl().patch("heatcluster", name, {{"spec", spec}});
}

// kubectl compares the condition's observedGeneration with the object's.
AssertionResult OperatorTest::becomes_ready(const std::string& name, Duration within) const {
  const auto wait = [&] {
    return kubectl().run({"wait", "--for=condition=Ready", "heatcluster/" + name,
                          "--timeout=" + std::to_string(within.count() / 1000) + "s"});
  };
  Finished waited = wait();
  // kubectl gives up at once where its first look does not show the object: on Kubernetes 1.34 a busy machine was seen
  // to answer so a second after the object was made.
  if (waited.exit_code != 0 && waited.text().find("NotFound") != std::string::npos) waited = wait();
  if (waited.exit_code == 0) return AssertionSuccess();
  return AssertionFailure() << waited.text() << heat_cluster(name).value("status", json::Value()).dump(1);
}

Condition OperatorTest::condition(const std::string& type, const std::string& name) const {
  const json::Value cluster = heat_cluster(name);
  const json::Value* conditions = json::find(cluster, "/status/conditions");
  if (conditions == nullptr) return {};
  for (const json::Value& found : *conditions) {
    if (found.at("type") != type) continue;
    return {json::string_at(found, "/status"), json::string_at(found, "/reason"), json::string_at(found, "/message")};
  }
  return {};
}

AssertionResult OperatorTest::condition_becomes(const std::string& type, const std::string& status,
                                                const std::vector<std::string>& words, const std::string& name) const {
  return wait_until([&]() -> AssertionResult {
    const Condition now = condition(type, name);
    if (now.status != status) {
      return AssertionFailure() << type << " is \"" << now.status << "\" (" << now.reason << ": " << now.message
                                << "), not " << status;
    }
    return contains(now.message, words);
  });
}

AssertionResult OperatorTest::falls_silent(int passes) const {
  const Monotonic deadline = std::chrono::steady_clock::now() + 2 * patience;
  for (;;) {
    const double before = operator_->writes();
    if (AssertionResult done = operator_->does_passes(passes, 2 * patience); !done) return done;
    const double written = operator_->writes() - before;
    if (written == 0) return AssertionSuccess();
    if (std::chrono::steady_clock::now() > deadline) {
      return AssertionFailure() << written << " writes in its last " << passes << " passes; its log:\n"
                                << operator_->log();
    }
  }
}

Objects OperatorTest::children(const std::string& name) const {
  Objects found = kubectl().list(
      "serviceaccounts,secrets,configmaps,services,statefulsets,deployments,jobs,cronjobs,poddisruptionbudgets,"
      "networkpolicies",
      "app.kubernetes.io/managed-by=heat-operator,app.kubernetes.io/instance=" + name);
  return found;
}

Objects OperatorTest::engine_pods(const std::string& name) const {
  return kubectl().list("pods", "app.kubernetes.io/component=engine,app.kubernetes.io/instance=" + name);
}

Objects OperatorTest::engine_config_maps(const std::string& name) const {
  return kubectl().list("configmaps", "app.kubernetes.io/component=engine,app.kubernetes.io/instance=" + name);
}

AssertionResult OperatorTest::engines_settle(const std::string& name) const {
  return wait_until([&]() -> AssertionResult {
    const auto set = kubectl().find("statefulset", name + "-engine");
    if (!set) return AssertionFailure() << "there is no StatefulSet";
    const std::int64_t wanted = json::integer_at(*set, "/spec/replicas");
    const bool observed =
        json::integer_at(*set, "/status/observedGeneration") == json::integer_at(*set, "/metadata/generation");
    const bool newest =
        json::string_at(*set, "/status/currentRevision") == json::string_at(*set, "/status/updateRevision");
    const bool ready = json::integer_at(*set, "/status/readyReplicas") == wanted;
    const bool exact = static_cast<std::int64_t>(engine_pods(name).size()) == wanted;
    if (observed && newest && ready && exact) return AssertionSuccess();
    return AssertionFailure() << "the StatefulSet has not settled: " << set->at("status").dump();
  });
}

std::vector<std::string> broker_claims(int nodes) {
  std::vector<std::string> claims;
  for (int i = 0; i < nodes; ++i) claims.push_back("data-heat-broker-" + std::to_string(i));
  return claims;
}

std::map<std::string, std::string> uids(const Objects& objects) {
  std::map<std::string, std::string> found;
  for (const json::Value& object : objects) found[name_of(object)] = uid_of(object);
  return found;
}

std::map<std::string, std::string> applied(const Objects& objects) {
  std::map<std::string, std::string> found;
  for (const json::Value& object : objects) {
    std::string entries = uid_of(object);
    for (const json::Value& manager : object.at("metadata").value("managedFields", json::Value::array())) {
      if (manager.at("manager") == "heat-operator") entries += "\n" + manager.dump();
    }
    found[json::string_at(object, "/kind") + "/" + name_of(object)] = entries;
  }
  return found;
}

AssertionResult contains(const std::string& text, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (text.find(word) == std::string::npos) {
      return AssertionFailure() << "no \"" << word << "\" in \"" << text << '"';
    }
  }
  return AssertionSuccess();
}

}  // namespace integration
