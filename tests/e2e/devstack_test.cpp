// Engines that join a Heat which runs outside Kubernetes, as a devstack's does, by the manifest that people take for
// it: manifests/samples/devstack.yaml. They take part of its work and leave again; what does not fit is refused before.
// How far it is a devstack: devstack.h.
#include "devstack.h"

#include <gmock/gmock.h>

#include <chrono>
#include <iostream>

#include "control_plane.h"
#include "heat_api.h"
#include "heat_cluster_state.h"
#include "joining.h"
#include "manifests.h"
#include "operator_pod.h"

namespace e2e {
namespace {

using integration::Objects;
using testing::AssertionFailure;
using testing::AssertionResult;
using testing::AssertionSuccess;
using testing::HasSubstr;
using testing::Not;

constexpr const char* own_namespace = "heat-e2e-devstack";
constexpr const char* joined = "heat";  // as in the sample

integration::Kubectl kubectl() { return integration::ControlPlane::instance().admin().in(own_namespace); }

std::string node_address() {
  return kubectl().succeed(
      {"get", "nodes", "--output", "jsonpath={.items[0].status.addresses[?(@.type=='InternalIP')].address}"});
}

class DevstackTest : public testing::Test {
 protected:
  // The stack leaves something in the database that tells one encryption key from another. Who wants to join comes at
  // once, since nobody has to wait for anybody.
  static void SetUpTestSuite() {
    if (!outside_is_at_hand()) return;
    devstack_ = std::make_unique<Devstack>(node_address());
    try {
      OperatorPod::instance();
      devstack_->bring_up();
      devstack_->create_stack("before", small_stack(), Devstack::Then::wait);
      kubectl().apply(restricted_namespace(own_namespace));
      kubectl().apply(sample());
      kubectl().apply(secret("another-key", {{"key", std::string(32, 'x')}}));
      apply_as("another-key", [](json::Value& spec) { spec["encryptionKey"]["secretName"] = "another-key"; });
      apply_as("another-queue", [](json::Value& spec) { spec["broker"]["queueType"] = "quorum"; });
      kubectl().apply(
          secret("of-a-devstack", {{"connection", devstack_->database_connection() + "&plugin=dbcounter"}}));
      apply_as("of-a-devstack", [](json::Value& spec) { spec["database"]["secretName"] = "of-a-devstack"; });
    } catch (const std::exception& error) {
      FAIL() << devstack_->tell() << error.what();
    }
  }
  static void TearDownTestSuite() {
    if (!devstack_) return;
    kubectl().run({"delete", "heatclusters", "--all", "--timeout=60s"});
    kubectl().run({"delete", "namespace", own_namespace, "--wait=false"});
    devstack_.reset();
  }

  void SetUp() override {
    if (!outside_is_at_hand()) GTEST_SKIP() << "HEAT_OPERATOR_TEST_NODE names no real node of hack/cluster";
    ASSERT_NE(devstack_, nullptr);
  }
  void TearDown() override {
    if (HasFailure() && devstack_) std::cout << devstack_->tell() << OperatorPod::instance().log();
  }

  // The sample with what its head tells to take from the devstack; of the engines one, with one worker.
  static Objects sample() {
    std::string text = source("manifests/samples/devstack.yaml");
    const std::string placeholder = "192.0.2.10";
    for (std::size_t at; (at = text.find(placeholder)) != std::string::npos;) {
      text.replace(at, placeholder.size(), devstack_->address());
    }
    Objects objects = documents(text);
    for (json::Value& object : objects) {
      if (object.at("metadata").at("name") == "heat-key") object["stringData"]["key"] = devstack_->encryption_key();
      if (object.at("kind") != "HeatCluster") continue;
      json::Value& spec = object["spec"];
      spec["identity"]["keystone"]["authURL"] = devstack_->auth_url();
      spec["release"] = heat_cluster().at("spec").at("release");
      spec["images"]["heat"] = heat_cluster().at("spec").at("images").at("heat");
      spec["engine"] = {{"replicas", 1}, {"workers", 1}};
    }
    return objects;
  }

  // The sample, with its HeatCluster by another name and changed.
  template <typename Change>
  static void apply_as(const std::string& name, Change change) {
    Objects objects = sample();
    for (json::Value& object : objects) {
      if (object.at("kind") != "HeatCluster") continue;
      object["metadata"]["name"] = name;
      change(object["spec"]);
    }
    kubectl().apply(objects);
  }

  static std::string services() { return devstack_->openstack({"orchestration", "service", "list"}); }

  static AssertionResult completes(const std::string& stack) {
    return integration::wait_until(
        [&]() -> AssertionResult {
          const std::string status = devstack_->status_of(stack);
          if (status == "CREATE_COMPLETE") return AssertionSuccess();
          return AssertionFailure() << stack << " is " << status;
        },
        long_patience);
  }

  static std::unique_ptr<Devstack> devstack_;
};

std::unique_ptr<Devstack> DevstackTest::devstack_;

TEST_F(DevstackTest, AnEngineTakesItsPartAndLeavesAgain) {
  ASSERT_TRUE(is_settled_and_ready(kubectl(), joined));
  const std::string with_it = services();
  std::cout << with_it;
  EXPECT_THAT(with_it, HasSubstr("heat-engine-0"));

  // More resources for each engine than it starts at once: some are still in its hands, not begun, when it is told to
  // go.
  constexpr std::chrono::seconds one_resource{15};
  const auto began = std::chrono::steady_clock::now();
  devstack_->create_stack("while-it-leaves", waiting_stack(12, one_resource.count()), Devstack::Then::go_on);
  ASSERT_TRUE(takes_part(kubectl(), joined, "while-it-leaves"));
  EXPECT_THAT(devstack_->engine_log(), HasSubstr("creating TestResource"));
  kubectl().succeed({"delete", "heatcluster", joined, "--wait=false"});
  EXPECT_LT(std::chrono::steady_clock::now() - began, one_resource) << "the stack may have been complete by then";
  EXPECT_TRUE(leaves(kubectl(), joined));
  if (nothing_is_lost()) {
    EXPECT_TRUE(completes("while-it-leaves"));
  }
  const std::string without_it = services();
  std::cout << without_it;
  EXPECT_THAT(without_it, Not(HasSubstr("heat-engine-0")));
  devstack_->create_stack("afterwards", small_stack(), Devstack::Then::wait);
}

TEST_F(DevstackTest, AnotherKeyIsRefused) {
  EXPECT_TRUE(is_refused(kubectl(), "another-key", "this encryption key does not read"));
}

TEST_F(DevstackTest, AnotherTypeOfQueuesIsRefused) {
  EXPECT_TRUE(is_refused(kubectl(), "another-queue", "set spec.broker.queueType to classic"));
}

TEST_F(DevstackTest, WhatOnlyADevstacksDatabaseConnectionHasIsRefused) {
  EXPECT_TRUE(is_refused(kubectl(), "of-a-devstack", "&plugin=dbcounter"));
}

}  // namespace
}  // namespace e2e
