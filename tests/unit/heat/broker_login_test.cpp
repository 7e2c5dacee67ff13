// From one login of a HeatCluster's own broker to another.
#include "heat/desired/broker_login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/config/broker_users.h"
#include "sample.h"

namespace heat {
namespace {

using sample::has_stage;
using sample::message;
using sample::state;
using sample::status_of;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Mode = Stage::Mode;

Spec of_generation(std::int64_t generation) {
  Spec spec = parse(sample::production()).value();
  std::get<ManagedBroker>(spec.broker.kind).credentials_generation = generation;
  spec.generation = generation;
  return spec;
}

// All runs, with the login of that spec.
Observed running(const Spec& spec) { return sample::settled(spec, sample::observed_production()); }

const Stage& users_stage(const Desired& desired) { return sample::stage(desired, "broker-users"); }

// The Job that is wanted, after it has come to `end`, or still runs.
ObservedChild users_job(const Spec& spec, const Observed& world, const std::string& end = "") {
  const Desired wanted = desired(spec, world);
  const DesiredObject& object = users_stage(wanted).objects.at(0);
  ObservedChild job{object.name, false, 1, {}};
  job.fields["metadata"]["annotations"] = object.body().at("metadata").at("annotations");
  if (!end.empty()) {
    job.fields["status"]["conditions"] = json::Value::array(
        {{{"type", end}, {"status", "True"}, {"reason", "BackoffLimitExceeded"}, {"message", "seven tries"}}});
  }
  return job;
}

ObservedChild job_that_found_one_in_use(const Spec& spec, const Observed& world) {
  ObservedChild job = users_job(spec, world, "Failed");
  job.fields["status"]["conditions"][0] = sample::given_up_for(job.name, "broker-users", former_user_in_use);
  return job;
}

TEST(BrokerLogin, TheFirstOneHasNoFormerUsers) {
  const Spec spec = of_generation(1);
  const Desired wanted = desired(spec, running(spec));
  EXPECT_FALSE(has_stage(wanted, "broker-users"));
  EXPECT_THAT(sample::stage(wanted, "broker").objects.at(0).body().dump(), Not(HasSubstr("broker-users")));
  EXPECT_FALSE(broker_users(sample::spec())) << "somebody else's broker";
}

TEST(BrokerLogin, FormerUsersGoWhenEveryPodThatLogsInHasTheNewOne) {
  const Spec spec = of_generation(2);
  Observed world = running(of_generation(1));
  EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::hold);
  world.jobs.push_back(sample::job(desired(spec, world), "Complete"));
  for (const Component component : {Component::broker, Component::engine, Component::api, Component::cfn}) {
    EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::hold);
    EXPECT_THAT(users_stage(desired(spec, world)).reason,
                HasSubstr("waiting for " + std::string(traits(component).plural)));
    const long count = replicas(spec, component);
    const Desired wanted = desired(spec, world);
    world.workloads[component] = sample::workload(wanted, component, {count, count, count - 1, false});
    EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::hold) << traits(component).name << " roll";
    world.workloads[component] = sample::workload(wanted, component, {count, count, count});
  }
  EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::apply);
  EXPECT_EQ(users_stage(desired(spec, world)).objects.size(), 1U);
}

TEST(BrokerLogin, PodsThatEndStillNeedTheFormerUser) {
  const Spec spec = of_generation(2);
  Observed world = running(spec);
  EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::apply);
  const long engines = spec.engine.replicas;
  world.workloads[Component::engine] =
      sample::workload(desired(spec, world), Component::engine, {engines + 1, engines, engines});
  EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::hold);
}

TEST(BrokerLogin, TheJobIsLetInAndHasTheNodesImageAndNoSecretButTheCookie) {
  Spec spec = of_generation(2);
  const Observed world = running(spec);
  spec.images.rabbitmq.reference = "quay.io/example/rabbitmq:next";
  const Desired wanted = desired(spec, world);
  const json::Value& job = users_stage(wanted).objects.at(0).body();
  const json::Value& pod = job.at("spec").at("template");
  EXPECT_EQ(pod.at(json::Pointer("/spec/containers/0/image")), "quay.io/example/rabbitmq:4.1") << "as the nodes have";
  EXPECT_THAT(pod.at(json::Pointer("/spec/volumes/0/secret/items")).dump(), Not(HasSubstr("broker-password")));
  EXPECT_EQ(pod.at(json::Pointer("/spec/volumes/0/secret/items")).size(), 1U);
  EXPECT_EQ(job.at(json::Pointer("/spec/podFailurePolicy/rules/0/onExitCodes/values")),
            json::Value::array({former_user_in_use}));
  const json::Value& policy = sample::stage(wanted, "broker").objects.at(0).body();
  const json::Value& peer = policy.at(json::Pointer("/spec/ingress/1/from/2/podSelector/matchLabels"));
  for (const auto& [key, value] : peer.items()) EXPECT_EQ(pod.at("metadata").at("labels").at(key), value);
}

TEST(BrokerLogin, IsDoneOnceForEachGenerationWhateverElseChanges) {
  Spec spec = of_generation(2);
  Observed world = running(spec);
  world.jobs.push_back(users_job(spec, world, "Complete"));
  EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::hold);
  spec.images.heat.reference = "other";
  std::get<ManagedBroker>(spec.broker.kind).replicas = 5;
  spec.proxy.server_timeout *= 2;
  ++spec.generation;
  EXPECT_EQ(users_stage(desired(spec, world)).objects.at(0).name, world.jobs.back().name);
  const Spec next = of_generation(3);
  for (const Stage& stage : desired(next, world).stages) {
    for (const DesiredObject& object : stage.objects) EXPECT_NE(object.name, world.jobs.back().name) << stage.name;
  }
}

TEST(BrokerLogin, AHeatClusterThatBeganWithThisOneLooksOnce) {
  const Spec spec = of_generation(7);
  EXPECT_EQ(users_stage(desired(spec, sample::observed_production())).mode, Mode::hold);
  EXPECT_EQ(users_stage(desired(spec, running(spec))).mode, Mode::apply) << "its volume may be older than it";
}

TEST(BrokerLogin, StatusIsReadyWhileFormerUsersGoButNotDone) {
  const Spec spec = of_generation(2);
  Observed world = running(spec);
  for (const bool there : {false, true}) {
    if (there) world.jobs.push_back(users_job(spec, world));
    const json::Value status = status_of(spec, world);
    EXPECT_EQ(state(status, "Ready"), "True Ready");
    EXPECT_EQ(state(status, "Reconciling"), "True Waiting");
    EXPECT_THAT(message(status, "Reconciling"), HasSubstr("removes the broker's former users"));
    EXPECT_FALSE(is_settled(status));
  }
  world.jobs.back() = users_job(spec, running(spec), "Complete");
  const json::Value status = status_of(spec, world);
  EXPECT_EQ(state(status, "BrokerReady"), "True PodsReady");
  EXPECT_TRUE(is_settled(status));
}

TEST(BrokerLogin, AUserWhoIsInUseIsToldWithTheMendAndHarmsNothing) {
  const Spec spec = of_generation(2);
  Observed world = running(spec);
  const json::Value before = status_of(spec, world);
  world.jobs.push_back(job_that_found_one_in_use(spec, world));
  const json::Value status = status_of(spec, world);
  EXPECT_EQ(state(status, "Ready"), "True Ready");
  EXPECT_EQ(state(status, "Stalled"), "False Progressing");
  EXPECT_TRUE(is_settled(status));
  EXPECT_EQ(state(status, "BrokerReady"), "True FormerUserInUse");
  const std::string job = world.jobs.back().name;
  EXPECT_EQ(message(status, "BrokerReady"),
            "3 of 3 broker nodes ready; but somebody else still logs in as a user of before, which is why that was not "
            "removed: kubectl logs -n openstack job/" +
                job + " tells who and from where; end those clients, then kubectl delete -n openstack job/" + job +
                " to try again");

  const Desired wanted = desired(spec, world);
  const std::vector<Notice> told = notices(world, &wanted, before, status);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].warning);
  EXPECT_EQ(told[0].reason, "FormerUserInUse");
  EXPECT_EQ(told[0].note, message(status, "BrokerReady"));
  EXPECT_THAT(notices(world, &wanted, status, status), IsEmpty());

  world.jobs.pop_back();
  EXPECT_EQ(users_stage(desired(spec, world)).mode, Mode::apply) << "deleted, it is tried again";
}

TEST(BrokerLogin, AJobThatGaveUpIsToldWithItsReason) {
  const Spec spec = of_generation(2);
  Observed world = running(spec);
  world.jobs.push_back(users_job(spec, world, "Failed"));
  const json::Value status = status_of(spec, world);
  EXPECT_EQ(state(status, "Ready"), "True Ready");
  EXPECT_EQ(state(status, "BrokerReady"), "True FormerUsersNotRemoved");
  EXPECT_THAT(message(status, "BrokerReady"), HasSubstr("(BackoffLimitExceeded: seven tries)"));
}

// A node that is away is the news then.
TEST(BrokerLogin, WhatKeepsTheBrokerFromServingIsToldFirst) {
  const Spec spec = of_generation(2);
  Observed world = running(spec);
  world.jobs.push_back(job_that_found_one_in_use(spec, world));
  world.workloads[Component::broker] = sample::workload(desired(spec, world), Component::broker, {3, 2, 3});
  EXPECT_EQ(state(status_of(spec, world), "BrokerReady"), "False BrokerNotReady");
}

}  // namespace
}  // namespace heat
