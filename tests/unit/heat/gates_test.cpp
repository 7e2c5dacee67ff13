// What waits for what, and what does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Mode = Stage::Mode;

Spec production() { return parse(sample::production()).value(); }

Mode mode(const Spec& spec, const Observed& world, const std::string& stage) {
  return sample::stage(desired(spec, world), stage).mode;
}
std::string reason(const Spec& spec, const Observed& world, const std::string& stage) {
  return sample::stage(desired(spec, world), stage).reason;
}

// The workload as wanted now, with so many pods ready.
void run(Observed& world, const Spec& spec, Component component, long ready, bool one_revision = true) {
  const long count = replicas(spec, component);
  world.workloads[component] =
      sample::workload(desired(spec, world), component, {count, ready, one_revision ? count : 0, one_revision});
}

TEST(Gates, ComponentsComeUpOneAfterTheOther) {
  const Spec spec = production();
  Observed world = sample::observed_production();
  EXPECT_EQ(mode(spec, world, "broker"), Mode::apply);
  for (const char* stage : {"database", "engine", "api", "cfn", "proxy", "maintenance"}) {
    EXPECT_EQ(mode(spec, world, stage), Mode::hold) << stage;
  }
  EXPECT_EQ(reason(spec, world, "engine"), "waiting for broker nodes: 0 of 3 ready");

  run(world, spec, Component::broker, 2);
  EXPECT_EQ(reason(spec, world, "database"), "waiting for broker nodes: 2 of 3 ready");
  run(world, spec, Component::broker, 3);
  EXPECT_EQ(mode(spec, world, "database"), Mode::apply);
  EXPECT_THAT(reason(spec, world, "engine"), StartsWith("waiting for Job heat-db-sync-"));

  world.jobs = {sample::job(desired(spec, world), "Complete")};
  EXPECT_EQ(mode(spec, world, "engine"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "maintenance"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "api"), Mode::hold);

  run(world, spec, Component::engine, 1);
  EXPECT_EQ(reason(spec, world, "api"), "waiting for engines: 1 of 2 ready");
  run(world, spec, Component::engine, 2);
  EXPECT_EQ(mode(spec, world, "api"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "cfn"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "proxy"), Mode::hold);

  run(world, spec, Component::api, 3);
  run(world, spec, Component::cfn, 2);
  EXPECT_EQ(mode(spec, world, "proxy"), Mode::apply);
}

TEST(Gates, ABrokerThatRestartsKeepsNothingFromBeingScaled) {
  Spec spec = production();
  Observed world = sample::settled(spec, sample::observed_production());
  for (const long ready : {2, 0}) {
    run(world, spec, Component::broker, ready);
    spec.engine.replicas = 4;
    EXPECT_EQ(mode(spec, world, "engine"), Mode::apply);
    spec.api.replicas = 4;
    EXPECT_EQ(mode(spec, world, "api"), Mode::apply);
    EXPECT_EQ(mode(spec, world, "proxy"), Mode::apply);
    spec = production();
  }
}

TEST(Gates, NewTemplatesWaitWhileTheBrokerIsAwayOrRollsOut) {
  Spec spec = production();
  Observed world = sample::settled(spec, sample::observed_production());
  spec.engine.workers = 1;
  EXPECT_EQ(mode(spec, world, "engine"), Mode::apply);
  run(world, spec, Component::broker, 2);
  EXPECT_EQ(mode(spec, world, "engine"), Mode::apply) << "one node that is away keeps no mend from the engines";
  run(world, spec, Component::broker, 0);
  EXPECT_EQ(mode(spec, world, "engine"), Mode::hold);
  run(world, spec, Component::broker, 3, false);
  EXPECT_THAT(reason(spec, world, "engine"), HasSubstr("rolling out"));
}

// Nodes learn of a user when they start: a Job that tried it earlier would be refused.
TEST(Gates, ANewLoginOfTheOwnBrokerIsTriedWhenAllNodesHaveIt) {
  Spec spec = production();
  Observed world = sample::settled(spec, sample::observed_production());
  std::get<ManagedBroker>(spec.broker.kind).credentials_generation = 2;
  ++spec.generation;
  EXPECT_EQ(mode(spec, world, "broker"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "database"), Mode::hold) << "no node has been replaced";
  run(world, spec, Component::broker, 3, false);
  EXPECT_EQ(reason(spec, world, "database"),
            "waiting for broker nodes: rolling out, with the login that shall be tried");
  for (const char* stage : {"engine", "api", "cfn"}) EXPECT_EQ(mode(spec, world, stage), Mode::hold) << stage;
  EXPECT_EQ(mode(spec, world, "proxy"), Mode::apply) << "nothing changes for it";
  run(world, spec, Component::broker, 3);
  EXPECT_EQ(mode(spec, world, "database"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "engine"), Mode::hold);
  world.jobs.push_back(sample::job(desired(spec, world), "Complete"));
  EXPECT_EQ(mode(spec, world, "engine"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "api"), Mode::hold);
  run(world, spec, Component::engine, 2);
  EXPECT_EQ(mode(spec, world, "api"), Mode::apply);
}

TEST(Gates, ApisChangeAfterEngines) {
  Spec spec = sample::spec();
  Observed world = sample::settled();
  spec.config.heat = "[DEFAULT]\ndebug = true\n";
  EXPECT_EQ(mode(spec, world, "engine"), Mode::apply);
  EXPECT_EQ(mode(spec, world, "api"), Mode::hold);
  run(world, spec, Component::engine, 1, false);
  EXPECT_EQ(mode(spec, world, "api"), Mode::hold);
  run(world, spec, Component::engine, 2);
  EXPECT_EQ(mode(spec, world, "api"), Mode::apply);
}

TEST(Gates, FormerDatabasesRecordStaysUntilTheNewOneIsMade) {
  Observed world = sample::settled();
  const std::string former = world.jobs.at(0).name;
  Spec spec = sample::spec();
  spec.images.heat.reference = "other";
  const Desired now = desired(spec, world);
  EXPECT_EQ(sample::stage(now, "former-database").objects.at(0).name, former);
  EXPECT_EQ(sample::stage(now, "maintenance").mode, Mode::hold);
  world.jobs.push_back(sample::job(now, "Complete"));
  EXPECT_THROW(sample::stage(desired(spec, world), "former-database"), std::out_of_range);
  EXPECT_EQ(mode(spec, world, "maintenance"), Mode::apply);
}

TEST(Gates, EnginesAloneComeUpAlone) {
  Spec spec = sample::spec();
  spec.proxy.replicas = spec.api.replicas = spec.cfn.replicas = 0;
  spec.images.haproxy.reference.clear();
  Observed world = sample::observed();
  world.jobs = {sample::job(desired(spec, world), "Complete")};
  EXPECT_EQ(mode(spec, world, "engine"), Mode::apply);
  // No image, nothing to make pods of; the APIs are there with none, so that scaling them is one edit.
  EXPECT_TRUE(sample::stage(desired(spec, world), "proxy").objects.empty());
  run(world, spec, Component::engine, 2);
  EXPECT_EQ(mode(spec, world, "api"), Mode::apply);
  EXPECT_EQ(sample::stage(desired(spec, world), "api").objects.back().body().at("spec").at("replicas"), 0);
}

TEST(Gates, ApisWithoutEnginesOfTheirOwnNeedNone) {
  Spec spec = sample::spec();
  spec.engine.replicas = 0;
  Observed world = sample::observed();
  world.jobs = {sample::job(desired(spec, world), "Complete")};
  EXPECT_EQ(mode(spec, world, "api"), Mode::apply);
}

}  // namespace
}  // namespace heat
