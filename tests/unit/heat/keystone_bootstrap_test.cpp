// spec.identity.keystone.bootstrap: a Job that makes what Heat needs in Keystone.
#include "heat/config/keystone_bootstrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using Mode = Stage::Mode;

json::Value cluster() {
  json::Value object = sample::production();
  object["spec"]["identity"]["keystone"]["bootstrap"] = {{"adminSecretName", "keystone-admin"}};
  return object;
}

Observed secrets() {
  Observed world = sample::observed_production();
  world.secrets["keystone-admin"] =
      SecretData{{"username", "admin"}, {"password", "admin-canary"}, {"projectName", "admin"}};
  return world;
}

class KeystoneBootstrap : public testing::Test {
 protected:
  const Stage& identity() {
    desired_ = desired(spec_, world_);
    return sample::stage(desired_, "identity");
  }

  // The Job that is wanted now, as the store has it.
  ObservedChild job(const char* condition) {
    const DesiredObject& wanted = identity().objects.front();
    ObservedChild child{wanted.name, false, 1, {}};
    child.fields["metadata"]["annotations"] = wanted.body().at("metadata").at("annotations");
    child.fields["status"]["conditions"] = json::Value::array(
        {{{"type", condition}, {"status", "True"}, {"reason", "BackoffLimitExceeded"}, {"message", "…"}}});
    return child;
  }

  json::Value condition(const char* type) {
    desired_ = desired(spec_, world_);
    StatusInput input;
    input.spec = &spec_;
    input.observed = &world_;
    input.desired = &desired_;
    input.now = "2026-01-01T00:00:00Z";
    return sample::condition(status(input), type);
  }

  Spec spec_ = parse(cluster()).value();
  Observed world_ = secrets();
  Desired desired_;
};

TEST_F(KeystoneBootstrap, IsNothingThatWasNotAskedFor) {
  spec_ = parse(sample::production()).value();
  EXPECT_THROW(identity(), std::out_of_range);
  EXPECT_TRUE(condition("IdentityReady").is_null());
}

TEST_F(KeystoneBootstrap, RunsAtOnceAndHeatsPodsWaitForIt) {
  EXPECT_EQ(identity().mode, Mode::apply);
  world_ = sample::settled(spec_, secrets());
  world_.workloads.erase(Component::engine);
  EXPECT_THAT(sample::stage(desired(spec_, world_), "engine").reason, StartsWith("waiting for Job heat-keystone-"));
  EXPECT_EQ(condition("IdentityReady").at("status"), "False");

  world_.jobs.push_back(job("Complete"));
  EXPECT_EQ(identity().mode, Mode::hold);
  EXPECT_EQ(sample::stage(desired_, "engine").mode, Mode::apply);
  EXPECT_EQ(condition("IdentityReady").at("status"), "True");
}

TEST_F(KeystoneBootstrap, ANewPasswordOfHeatsUserIsSetBeforePodsGetIt) {
  world_ = sample::settled(spec_, secrets());
  world_.jobs.push_back(job("Complete"));
  const std::string before = identity().objects.front().name;
  world_.secrets.at("heat-keystone")->at("password") = "another";
  EXPECT_EQ(identity().mode, Mode::apply);
  EXPECT_NE(identity().objects.front().name, before);
  EXPECT_EQ(sample::stage(desired_, "engine").mode, Mode::hold);
  EXPECT_EQ(sample::stage(desired_, "api").mode, Mode::hold);
  world_.jobs.push_back(job("Complete"));
  EXPECT_EQ(sample::stage(desired(spec_, world_), "engine").mode, Mode::apply);
}

TEST_F(KeystoneBootstrap, AnotherAdminIsNoReasonToDoItAgain) {
  world_.jobs.push_back(job("Complete"));
  const std::string before = identity().objects.front().name;
  world_.secrets.at("keystone-admin")->at("password") = "another";
  EXPECT_EQ(identity().mode, Mode::hold);
  EXPECT_EQ(identity().objects.front().name, before);
}

TEST_F(KeystoneBootstrap, OneThatFailedIsTriedAgainWithAnotherAdmin) {
  world_.jobs.push_back(job("Failed"));
  EXPECT_EQ(condition("IdentityReady").at("reason"), "BootstrapFailed");
  EXPECT_THAT(condition("IdentityReady").at("message").get<std::string>(), HasSubstr("kubectl logs -n openstack job/"));
  EXPECT_EQ(condition("Stalled").at("reason"), "BootstrapFailed");
  world_.secrets.at("keystone-admin")->at("password") = "another";
  EXPECT_EQ(identity().mode, Mode::apply);
}

TEST_F(KeystoneBootstrap, AnotherAddressOfTheApisGoesIntoTheCatalogue) {
  world_.jobs.push_back(job("Complete"));
  EXPECT_EQ(identity().mode, Mode::hold);
  spec_.proxy.public_orchestration_url = "https://elsewhere.example.org/v1";
  spec_.generation += 1;
  EXPECT_EQ(identity().mode, Mode::apply);
}

TEST_F(KeystoneBootstrap, TheCatalogueNamesWhatClientsCall) {
  const json::Value services = json::parse(keystone_bootstrap_settings(spec_)).value().at("services");
  ASSERT_EQ(services.size(), 2U);
  EXPECT_EQ(services[0].at("urls").at("public"), "https://heat.example.org/orchestration/v1/%(project_id)s");
  EXPECT_EQ(services[0].at("urls").at("internal"), "http://heat-proxy.openstack.svc:8004/v1/%(project_id)s");
  EXPECT_EQ(services[1].at("type"), "cloudformation");
  EXPECT_EQ(services[1].at("urls").at("public"), "https://heat.example.org:8000/v1");
}

TEST_F(KeystoneBootstrap, EnginesOnlyLeaveTheCatalogueAlone) {
  json::Value object = cluster();
  object["spec"]["proxy"] = {{"replicas", 0}};
  EXPECT_THAT(json::parse(keystone_bootstrap_settings(parse(object).value())).value().at("services"), IsEmpty());
}

TEST_F(KeystoneBootstrap, TheJobHoldsNoPassword) {
  const std::string text = identity().objects.front().body().dump();
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  EXPECT_THAT(text, HasSubstr(R"("secretName":"keystone-admin")"));
  EXPECT_THAT(text, HasSubstr(R"("secretName":"heat-keystone")"));
}

TEST_F(KeystoneBootstrap, TheAdminsSecretIsToldByItsKeys) {
  world_.secrets.at("keystone-admin")->erase("projectName");
  const std::vector<Problem> malformed = problems(spec_, world_);
  ASSERT_EQ(malformed.size(), 1U);
  EXPECT_EQ(malformed[0].path, "spec.identity.keystone.bootstrap.adminSecretName");
  EXPECT_THAT(malformed[0].message, HasSubstr("projectName"));

  world_.secrets.at("keystone-admin").reset();
  const std::vector<Problem> missing = problems(spec_, world_);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].kind, Problem::Kind::secret_missing);
  EXPECT_THAT(secret_names(spec_), testing::Contains("keystone-admin"));
}

}  // namespace
}  // namespace heat
