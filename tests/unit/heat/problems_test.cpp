#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/desired/desired.h"
#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Problems, NoneForTheSample) {
  EXPECT_THAT(problems(sample::spec(), sample::observed()), IsEmpty());
  EXPECT_THAT(missing(sample::spec(), sample::observed()), IsEmpty());
}

TEST(Problems, MissingSecretsMayBeOnTheirWay) {
  Observed world = sample::observed();
  world.secrets["heat-db"].reset();
  world.secrets["heat-broker"].reset();
  const auto found = problems(sample::spec(), world);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].path, "spec.database.secretName");
  EXPECT_EQ(found[0].kind, Problem::Kind::secret_missing);
  EXPECT_THAT(found[0].message, HasSubstr("no Secret heat-db in namespace openstack"));
  EXPECT_EQ(found[1].path, "spec.broker.external.credentialsSecret.name");
}

TEST(Problems, TooFewConnectionsNamesANumberThatWorks) {
  Spec spec = sample::spec();
  spec.database.max_connections = 80;
  const auto found = problems(spec, sample::observed());
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].path, "spec.database.maxConnections");
  EXPECT_THAT(found[0].message, HasSubstr("at least 81"));
  spec.database.max_connections = 81;
  EXPECT_THAT(problems(spec, sample::observed()), IsEmpty());
}

TEST(EncryptionKey, IsDrawnOnceForANewHeatCluster) {
  Observed world = sample::observed();
  world.secrets["heat-encryption-key"].reset();
  const auto wanted = missing(sample::spec(), world);
  ASSERT_THAT(wanted, SizeIs(1));
  EXPECT_EQ(wanted[0].name, "heat-encryption-key");
  EXPECT_EQ(wanted[0].key, "key");
  EXPECT_EQ(wanted[0].random_bytes, 16U);
  EXPECT_EQ(wanted[0].labels.at("app.kubernetes.io/instance"), "heat");
  EXPECT_THAT(problems(sample::spec(), world), IsEmpty());
}

TEST(EncryptionKey, IsNeverDrawnAgainForADatabaseThatWasMadeWithIt) {
  const Observed settled = sample::settled();
  Observed only_job = settled;
  only_job.workloads.clear();
  Observed only_engine = settled;
  only_engine.jobs.clear();
  Observed only_status = sample::observed();
  only_status.status = json::parse(R"({"conditions": [{"type": "DatabaseReady", "status": "True"}]})").value();
  for (Observed world : {settled, only_job, only_engine, only_status}) {
    world.secrets["heat-encryption-key"].reset();
    EXPECT_THAT(missing(sample::spec(), world), IsEmpty());
    const auto found = problems(sample::spec(), world);
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].kind, Problem::Kind::key_lost);
    EXPECT_EQ(found[0].path, "Secret heat-encryption-key");
  }
}

TEST(EncryptionKey, MustBe32PrintableCharacters) {
  for (const std::string& key : {std::string(), std::string(31, 'a'), std::string(33, 'a'), std::string(31, 'a') + "\n",
                                 std::string(31, 'a') + " "}) {
    Observed world = sample::observed();
    world.secrets["heat-encryption-key"] = SecretData{{"key", key}};
    ASSERT_THAT(problems(sample::spec(), world), SizeIs(1)) << key;
    EXPECT_EQ(problems(sample::spec(), world)[0].kind, Problem::Kind::invalid);
  }
}

TEST(Release, CannotChangeWhileEnginesRun) {
  Observed world = sample::settled();
  Spec spec = sample::spec();
  spec.release = "2025.2";
  const auto found = problems(spec, world);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].path, "spec.release");
  EXPECT_THAT(found[0].message, HasSubstr("put 2025.1 back"));

  Spec stopped = sample::spec();
  stopped.engine.replicas = 0;
  world.workloads[Component::engine] = sample::engine(desired(stopped, world), {0, 0, 0});
  EXPECT_THAT(problems(spec, world), IsEmpty());
}

}  // namespace
}  // namespace heat
