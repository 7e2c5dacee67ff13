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

TEST(Problems, KeystonesSecretIsToldByItsKeys) {
  const Spec spec = parse(sample::production()).value();
  Observed world = sample::observed_production();
  EXPECT_TRUE(problems(spec, world).empty());
  world.secrets.at("heat-keystone")->erase("stackDomainAdminPassword");
  EXPECT_EQ(problems(spec, world).at(0).path, "spec.identity.keystone.secretName");
  EXPECT_NE(problems(spec, world).at(0).message.find("stackDomainAdminPassword"), std::string::npos);
  world.secrets.at("heat-keystone").reset();
  EXPECT_EQ(problems(spec, world).at(0).kind, Problem::Kind::secret_missing);
}

TEST(Problems, AGivenKeyIsReadAndNeverDrawn) {
  Spec spec = sample::spec();
  spec.encryption_key_secret = "my-key";
  Observed world = sample::observed();
  world.secrets["my-key"].reset();
  EXPECT_TRUE(missing(spec, world).empty());
  ASSERT_EQ(problems(spec, world).size(), 1U);
  EXPECT_EQ(problems(spec, world)[0].path, "spec.encryptionKey.secretName");
  EXPECT_EQ(problems(spec, world)[0].kind, Problem::Kind::secret_missing);
  world.secrets["my-key"] = SecretData{{"key", "short"}};
  EXPECT_EQ(problems(spec, world).at(0).path, "spec.encryptionKey.secretName");
  world.secrets["my-key"] = SecretData{{"key", std::string(32, 'k')}};
  EXPECT_TRUE(problems(spec, world).empty());
}

TEST(Problems, ABrokerTooSmallForItsClientsIsTold) {
  Spec spec = parse(sample::production()).value();
  auto& broker = std::get<ManagedBroker>(spec.broker.kind);
  broker.pods.resources = {{"limits", {{"memory", "256Mi"}}}};
  const auto found = problems(spec, sample::observed_production());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "spec.broker.managed.resources.limits.memory");
  // What it asks for is enough.
  const std::size_t at = found[0].message.find("at least ") + 9;
  broker.pods.resources["limits"]["memory"] = found[0].message.substr(at, found[0].message.find(',', at) - at);
  EXPECT_TRUE(problems(spec, sample::observed_production()).empty());
}

TEST(Problems, NodesOfABrokerThatIsThereAreNotTakenAway) {
  Spec spec = parse(sample::production()).value();
  Observed world = sample::settled(spec, sample::observed_production());
  world.workloads.at(Component::broker).fields["spec"]["replicas"] = 5;
  ASSERT_EQ(problems(spec, world).size(), 1U);
  EXPECT_EQ(problems(spec, world)[0].path, "spec.broker.managed.replicas");
  std::get<ManagedBroker>(spec.broker.kind).replicas = 7;
  EXPECT_TRUE(problems(spec, world).empty());
  world.workloads.at(Component::broker).deleting = true;
  std::get<ManagedBroker>(spec.broker.kind).replicas = 1;
  EXPECT_TRUE(problems(spec, world).empty());
}

TEST(Problems, ABrokerThatIsThereStaysOfItsKind) {
  const Spec managed = parse(sample::production()).value();
  Observed world = sample::settled(managed, sample::observed_production());
  Spec spec = managed;
  spec.broker.kind = RabbitmqCluster{"rabbit"};
  world.secrets["rabbit-default-user"] =
      SecretData{{"host", "rabbit.example.org"}, {"username", "u"}, {"password", "p"}};
  ASSERT_EQ(problems(spec, world).size(), 1U);
  EXPECT_EQ(problems(spec, world)[0].path, "spec.broker");
}

TEST(Problems, OverridesAreJudgedWithTheRest) {
  Spec spec = sample::spec();
  spec.config.heat = "debug = true";
  EXPECT_EQ(problems(spec, sample::observed()).at(0).path, "spec.config.heat");
}

}  // namespace
}  // namespace heat
