#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/status/status.h"
#include "sample.h"

namespace heat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

json::Value status_of(const Observed& world, const std::vector<Problem>& problems = {}, const std::string& error = "") {
  const Spec spec = sample::spec();
  const Desired wanted = desired(spec, world);
  return status(
      {&spec, 3, &world, problems.empty() ? &wanted : nullptr, problems, error, false, "2026-01-31T12:00:00Z"});
}

std::vector<std::string> reasons(const std::vector<Notice>& notices) {
  std::vector<std::string> found;
  for (const Notice& notice : notices) found.push_back(notice.reason);
  return found;
}

TEST(Notices, NothingIsToldOfASettledHeatCluster) {
  const Observed world = sample::settled();
  const Desired wanted = desired(sample::spec(), world);
  EXPECT_THAT(notices(world, &wanted, status_of(world), status_of(world)), IsEmpty());
}

TEST(Notices, ScalingNamesBothNumbers) {
  const Observed world = sample::settled();
  Spec spec = sample::spec();
  spec.engine.replicas = 4;
  Desired wanted = desired(spec, world);
  auto told = notices(world, &wanted, status_of(world), status_of(world));
  EXPECT_THAT(reasons(told), ElementsAre("ScalingOut"));
  EXPECT_EQ(told[0].note, "engines: 2 → 4");
  spec.engine.replicas = 0;
  wanted = desired(spec, world);
  EXPECT_THAT(reasons(notices(world, &wanted, status_of(world), status_of(world))), ElementsAre("ScalingIn"));
}

TEST(Notices, ChangedConfigurationAndCredentialsAreTold) {
  Observed world = sample::settled();
  Spec spec = sample::spec();
  spec.engine.workers = 3;
  Desired wanted = desired(spec, world);
  EXPECT_THAT(reasons(notices(world, &wanted, status_of(world), status_of(world))), ElementsAre("ConfigChanged"));
  world.secrets.at("heat-broker")->at("password") = "other-canary";
  // Only when they have been tried.
  wanted = desired(sample::spec(), world);
  EXPECT_THAT(notices(world, &wanted, status_of(world), status_of(world)), IsEmpty());
  world.jobs = {sample::job(wanted, "Complete")};
  wanted = desired(sample::spec(), world);
  const auto told = notices(world, &wanted, status_of(world), status_of(world));
  EXPECT_THAT(reasons(told), ElementsAre("ConfigChanged"));
  EXPECT_THAT(told[0].note, HasSubstr("credentials have changed"));
}

TEST(Notices, ABirthTellsOnlyOfTheDatabase) {
  const Observed nothing = sample::observed();
  Observed synced = nothing;
  synced.jobs = {sample::job(desired(sample::spec(), nothing), "Complete")};
  Desired wanted = desired(sample::spec(), nothing);
  EXPECT_THAT(notices(nothing, &wanted, json::Value(), status_of(nothing)), IsEmpty());
  wanted = desired(sample::spec(), synced);
  EXPECT_THAT(reasons(notices(synced, &wanted, status_of(nothing), status_of(synced))), ElementsAre("DatabaseSynced"));
}

TEST(Notices, WaitingIsNotToldAsAnError) {
  const Observed world = sample::settled();
  const Spec spec = sample::spec();
  const Desired wanted = desired(spec, world);
  StatusInput input{
      &spec, 3, &world, &wanted, {}, "waiting until Service heat-engine is gone", false, "2026-01-31T12:00:00Z"};
  input.apply_waits = true;
  EXPECT_THAT(notices(world, nullptr, status_of(world), status(input)), IsEmpty());
}

TEST(Notices, HeldEnginesAreNotToldOf) {
  Observed world = sample::settled();
  world.jobs.clear();
  Spec spec = sample::spec();
  spec.engine.replicas = 4;
  spec.images.heat.reference = "quay.io/example/heat:other";  // held until the database is made for it
  const Desired wanted = desired(spec, world);
  EXPECT_THAT(notices(world, &wanted, status_of(world), status_of(world)), IsEmpty());
}

TEST(Notices, FinishedSyncIsToldOnce) {
  Observed before = sample::settled();
  before.jobs.clear();
  const Observed after = sample::settled();
  EXPECT_THAT(reasons(notices(after, nullptr, status_of(before), status_of(after))), ElementsAre("DatabaseSynced"));
}

TEST(Notices, ProblemsAreToldWhenTheyComeAndWhenTheyChange) {
  const Observed world = sample::settled();
  const json::Value good = status_of(world);
  const json::Value bad = status_of(world, {{"spec.a", "is wrong"}});
  const json::Value worse = status_of(world, {{"spec.b", "is wrong"}});
  const json::Value waiting = status_of(world, {{"spec.c", "no Secret", Problem::Kind::secret_missing}});
  EXPECT_THAT(reasons(notices(world, nullptr, good, bad)), ElementsAre("Blocked"));
  EXPECT_THAT(notices(world, nullptr, bad, bad), IsEmpty());
  EXPECT_THAT(reasons(notices(world, nullptr, bad, worse)), ElementsAre("Blocked"));
  EXPECT_THAT(reasons(notices(world, nullptr, good, waiting)), ElementsAre("Blocked"));
  EXPECT_THAT(reasons(notices(world, nullptr, json::Value(), bad)), ElementsAre("Blocked"));
  EXPECT_TRUE(notices(world, nullptr, good, bad)[0].warning);
}

TEST(Notices, FailedApplyIsToldAndBounded) {
  const Observed world = sample::settled();
  const json::Value failing = status_of(world, {}, "StatefulSet heat-engine: " + std::string(3000, 'x'));
  const auto told = notices(world, nullptr, status_of(world), failing);
  EXPECT_THAT(reasons(told), ElementsAre("ReconcileError"));
  EXPECT_LE(told[0].note.size(), 1024U);
}

}  // namespace
}  // namespace heat
