// From one release of Heat to another.
#include "heat/desired/engine_drain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Mode = Stage::Mode;

// The release whose engines end, as the StatefulSet says it.
std::string draining(const json::Value& engine) {
  const json::Value* annotations = json::find(engine, "/metadata/annotations");
  return annotations == nullptr ? std::string() : annotations->value("heat.openstack.org/draining-release", "");
}

Spec of_release(const std::string& release) {
  Spec spec = parse(sample::production()).value();
  spec.release = release;
  ++spec.generation;
  return spec;
}

// All of 2025.1 runs, and the schema is there for the release that is wanted now.
Observed upgraded_schema(const Spec& wanted) {
  Observed world = sample::settled(of_release("2025.1"), sample::observed_production());
  world.jobs = {sample::job(desired(wanted, world), "Complete")};
  return world;
}

json::Value engine_of(const Spec& spec, const Observed& world) {
  return *sample::body_of(desired(spec, world), traits(Component::engine));
}

// The engines' StatefulSet as it is wanted, with so many pods left of those before.
void drain(Observed& world, const Spec& spec, long left) {
  world.workloads[Component::engine] = sample::engine(desired(spec, world), {left, left, 0});
}

TEST(EngineDrain, StartsWhenTheSchemaIsThere) {
  const Spec spec = of_release("2025.2");
  Observed world = sample::settled(of_release("2025.1"), sample::observed_production());
  EXPECT_EQ(sample::stage(desired(spec, world), "engine").mode, Mode::hold);

  world = upgraded_schema(spec);
  EXPECT_EQ(sample::stage(desired(spec, world), "engine").mode, Mode::apply);
  const json::Value engine = engine_of(spec, world);
  EXPECT_EQ(engine.at("spec").at("replicas"), 0);
  EXPECT_EQ(draining(engine), "2025.1");
}

TEST(EngineDrain, NoEngineStartsBeforeTheLastIsGone) {
  const Spec spec = of_release("2025.2");
  Observed world = upgraded_schema(spec);
  for (const long left : {2, 1}) {
    drain(world, spec, left);
    EXPECT_EQ(engine_of(spec, world).at("spec").at("replicas"), 0) << left;
  }
  drain(world, spec, 0);
  const json::Value engine = engine_of(spec, world);
  EXPECT_EQ(engine.at("spec").at("replicas"), 2);
  EXPECT_EQ(draining(engine), "");
}

// Its controller has not looked yet: its count is that of before.
TEST(EngineDrain, ACountOfBeforeSaysNothing) {
  const Spec spec = of_release("2025.2");
  Observed world = upgraded_schema(spec);
  world.workloads[Component::engine] = sample::engine(desired(spec, world), {0, 0, 0, true, false});
  EXPECT_EQ(draining_release(spec, world), "2025.1");
}

TEST(EngineDrain, ApisWaitForEnginesOfTheirRelease) {
  const Spec spec = of_release("2025.2");
  Observed world = upgraded_schema(spec);
  for (const long left : {2, 0}) {
    drain(world, spec, left);
    EXPECT_EQ(sample::stage(desired(spec, world), "api").mode, Mode::hold) << left;
    EXPECT_EQ(sample::stage(desired(spec, world), "cfn").mode, Mode::hold) << left;
  }
  world.workloads[Component::engine] = sample::engine(desired(spec, world), {2, 2, 2});
  EXPECT_EQ(sample::stage(desired(spec, world), "api").mode, Mode::apply);
}

TEST(EngineDrain, TheOldReleasePutBackEndsIt) {
  const Spec spec = of_release("2025.2");
  Observed world = upgraded_schema(spec);
  drain(world, spec, 1);
  const json::Value engine = engine_of(of_release("2025.1"), world);
  EXPECT_EQ(engine.at("spec").at("replicas"), 2);
  EXPECT_EQ(draining(engine), "");
}

TEST(EngineDrain, AThirdReleaseWaitsForTheFirst) {
  Observed world = upgraded_schema(of_release("2025.2"));
  drain(world, of_release("2025.2"), 1);
  const json::Value engine = engine_of(of_release("2026.1"), world);
  EXPECT_EQ(engine.at("spec").at("replicas"), 0);
  EXPECT_EQ(draining(engine), "2025.1");
}

TEST(EngineDrain, AnotherImageOfTheSameReleaseRolls) {
  Spec spec = of_release("2025.1");
  spec.images.heat.reference = "quay.io/example/heat:2025.1.1";
  const Observed world = upgraded_schema(spec);
  EXPECT_THAT(draining_release(spec, world), IsEmpty());
  EXPECT_EQ(engine_of(spec, world).at("spec").at("replicas"), 2);
}

TEST(EngineDrain, WithoutEnginesThereIsNothingToDrain) {
  Spec spec = of_release("2025.2");
  spec.engine.replicas = 0;
  Observed world = upgraded_schema(spec);
  drain(world, spec, 0);
  EXPECT_THAT(draining_release(spec, world), IsEmpty());
}

TEST(EngineDrain, StatusAndEventTellIt) {
  const Spec spec = of_release("2025.2");
  Observed world = upgraded_schema(spec);
  const Desired wanted = desired(spec, world);
  std::vector<std::string> notes;
  for (const Notice& notice : notices(world, &wanted, {}, {})) {
    if (notice.action == "Scale") notes.push_back(notice.reason + " " + notice.note);
  }
  EXPECT_THAT(notes, ElementsAre("ScalingIn engines: 2 → 0: those of release 2025.1 end before those of the next one "
                                 "start"));
  drain(world, spec, 1);
  const json::Value told = status({&spec, spec.generation, &world, &wanted, {}, "", false, "2026-01-31T12:00:00Z"});
  const json::Value engine = sample::condition(told, "EngineReady");
  EXPECT_EQ(engine.at("status"), "False");
  EXPECT_EQ(engine.at("reason"), "Draining");
  EXPECT_THAT(engine.at("message"), HasSubstr("engines of release 2025.1 finish their work, 1 are left"));
  EXPECT_EQ(sample::condition(told, "Ready").at("reason"), "Draining");
  EXPECT_EQ(sample::condition(told, "Reconciling").at("status"), "True");
}

}  // namespace
}  // namespace heat
