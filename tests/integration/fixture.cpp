#include "fixture.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iostream>

#include "sample.h"

namespace integration {
namespace {

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
  kubectl_->run({"delete", "namespace", kubectl_->namespace_name(), "--wait=false"});
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

void OperatorTest::start_operator(const std::string& kubeconfig, const std::vector<std::string>& flags) {
  stop_operator();
  operator_ = std::make_unique<OperatorProcess>(
      plane().operator_binary(), kubeconfig, plane().scratch("operator-" + std::to_string(++starts_) + ".log"), flags);
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
  EXPECT_TRUE(becomes_ready());
  return heat_cluster();
}

void OperatorTest::patch_spec(const json::Value& spec, const std::string& name) const {
  kubectl().patch("heatcluster", name, {{"spec", spec}});
}

// kubectl compares the condition's observedGeneration with the object's.
AssertionResult OperatorTest::becomes_ready(const std::string& name, Duration within) const {
  const Finished waited = kubectl().run({"wait", "--for=condition=Ready", "heatcluster/" + name,
                                         "--timeout=" + std::to_string(within.count() / 1000) + "s"});
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

std::map<std::string, std::string> uids(const Objects& objects) {
  std::map<std::string, std::string> found;
  for (const json::Value& object : objects) found[name_of(object)] = uid_of(object);
  return found;
}

std::map<std::string, std::string> versions(const Objects& objects) {
  std::map<std::string, std::string> found;
  for (const json::Value& object : objects) {
    found[json::string_at(object, "/kind") + "/" + name_of(object)] =
        json::string_at(object, "/metadata/resourceVersion");
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
