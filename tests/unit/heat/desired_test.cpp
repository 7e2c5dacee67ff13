#include "heat/desired/desired.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "sample.h"

namespace heat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Mode = Stage::Mode;

json::Value engine_body(const Spec& spec, const Observed& world) {
  return sample::object(desired(spec, world), kube::types::stateful_set).body();
}

std::string job_name(const Spec& spec, const Observed& world) {
  return sample::object(desired(spec, world), kube::types::job).name;
}

TEST(Desired, StagesStandInOrder) {
  std::vector<std::string> names;
  for (const Stage& stage : desired(sample::spec(), sample::observed()).stages) names.push_back(stage.name);
  EXPECT_THAT(names, ElementsAre("credentials", "configuration", "broker", "database", "engine", "api", "cfn", "proxy",
                                 "maintenance"));
}

TEST(Desired, EnginesWaitForTheDatabase) {
  Observed world = sample::observed();
  const Desired first = desired(sample::spec(), world);
  EXPECT_EQ(sample::stage(first, "database").mode, Mode::apply);
  EXPECT_EQ(sample::stage(first, "engine").mode, Mode::hold);
  EXPECT_THAT(sample::stage(first, "engine").reason, HasSubstr(sample::object(first, kube::types::job).name));

  world.jobs = {sample::job(first)};
  EXPECT_EQ(sample::stage(desired(sample::spec(), world), "engine").mode, Mode::hold);
  world.jobs = {sample::job(first, "Failed")};
  EXPECT_EQ(sample::stage(desired(sample::spec(), world), "engine").mode, Mode::hold);
  world.jobs = {sample::job(first, "Complete")};
  EXPECT_EQ(sample::stage(desired(sample::spec(), world), "engine").mode, Mode::apply);
}

TEST(Desired, AJobThatIsThereIsHeldSinceItCannotBeChanged) {
  Observed world = sample::observed();
  world.jobs = {sample::job(desired(sample::spec(), world))};
  Spec spec = sample::spec();
  spec.engine.pods.resources = nullptr;
  spec.images.pull_policy = "Always";
  const Stage stage = sample::stage(desired(spec, world), "database");
  EXPECT_EQ(stage.mode, Mode::hold);
  EXPECT_EQ(stage.objects.at(0).name, world.jobs.at(0).name);
}

TEST(Desired, DatabaseIsSyncedAgainForReleaseImageAndWhateverItsJobTries) {
  const Observed world = sample::settled();
  const std::string name = job_name(sample::spec(), world);
  Spec spec = sample::spec();
  spec.engine = {7, 3, std::chrono::seconds(60), {}};
  EXPECT_EQ(job_name(spec, world), name);

  const auto with = [&](const auto& change) {
    Spec changed = sample::spec();
    change(changed);
    return job_name(changed, world);
  };
  EXPECT_NE(with([](Spec& each) { each.images.heat.reference = "other"; }), name);
  EXPECT_NE(with([](Spec& each) { each.release = "2025.2"; }), name);
  EXPECT_NE(with([](Spec& each) { each.broker.queue_type = "classic"; }), name);
  EXPECT_NE(with([](Spec& each) { std::get<ExternalBroker>(each.broker.kind).virtual_host = "/other"; }), name);
  for (const auto& [secret, key] : {std::pair("heat-db", "password"), std::pair("heat-db", "host"),
                                    std::pair("heat-broker", "password"), std::pair("heat-encryption-key", "key")}) {
    Observed other = world;
    other.secrets.at(secret)->at(key) = std::string(32, 'o');
    EXPECT_NE(job_name(sample::spec(), other), name) << secret << " " << key;
  }
}

TEST(Desired, AnotherPasswordIsTriedBeforePodsGetIt) {
  Observed world = sample::settled();
  world.secrets.at("heat-db")->at("password") = "other";
  const Desired wanted = desired(sample::spec(), world);
  EXPECT_EQ(sample::stage(wanted, "database").mode, Mode::apply);
  EXPECT_EQ(sample::stage(wanted, "engine").mode, Mode::hold);
  const DesiredObject job = sample::object(wanted, kube::types::job);
  const json::Value command = json::find(job.body(), "/spec/template/spec/containers")->at(0).at("command");
  EXPECT_EQ(command.at(0), "python3");
  EXPECT_EQ(json::Value::parse(command.at(3).get<std::string>()).at("queueType"), "quorum");
  EXPECT_EQ(command.at(4), "heat-manage");
  world.jobs.push_back(sample::job(wanted, "Complete"));
  EXPECT_EQ(sample::stage(desired(sample::spec(), world), "engine").mode, Mode::apply);
}

TEST(Desired, AFailedSyncIsTriedAgainWithOtherCredentialsOrWhenItsJobIsDeleted) {
  Observed world = sample::observed();
  const Desired first = desired(sample::spec(), world);
  world.jobs = {sample::job(first, "Failed")};
  EXPECT_EQ(job_name(sample::spec(), world), world.jobs.at(0).name);

  world.secrets.at("heat-db")->at("password") = "mended";
  const Desired second = desired(sample::spec(), world);
  EXPECT_EQ(sample::stage(second, "database").mode, Mode::apply);
  EXPECT_NE(sample::object(second, kube::types::job).name, world.jobs.at(0).name);

  // The first goes, the second stays: no going back and forth.
  world.jobs = {sample::job(second)};
  EXPECT_EQ(job_name(sample::spec(), world), world.jobs.at(0).name);
  EXPECT_EQ(sample::stage(desired(sample::spec(), world), "database").mode, Mode::hold);

  world.jobs.at(0).deleting = true;
  EXPECT_EQ(sample::stage(desired(sample::spec(), world), "database").mode, Mode::apply);
}

TEST(Desired, ReplicasInsideReachLeaveThePodTemplateAlone) {
  const Observed world = sample::settled();
  Spec spec = sample::spec();
  const json::Value before = engine_body(spec, world).at("spec").at("template");
  spec.engine.replicas = 4;
  EXPECT_EQ(engine_body(spec, world).at("spec").at("template"), before);
  EXPECT_EQ(engine_body(spec, world).at("spec").at("replicas"), 4);
  spec.engine.replicas = 5;
  EXPECT_NE(engine_body(spec, world).at("spec").at("template"), before);
}

TEST(Desired, NewCredentialsRollThePods) {
  Observed world = sample::settled();
  const json::Value before = engine_body(sample::spec(), world).at("spec").at("template");
  world.secrets.at("heat-broker")->at("password") = "other";
  const json::Value after = engine_body(sample::spec(), world).at("spec").at("template");
  EXPECT_NE(before.at("metadata"), after.at("metadata"));
  EXPECT_EQ(before.at("spec"), after.at("spec"));
}

TEST(Desired, SecretsAreInOneSecretOnly) {
  for (const Stage& stage : desired(sample::spec(), sample::observed()).stages) {
    for (const DesiredObject& object : stage.objects) {
      const std::string text = object.body().dump();
      EXPECT_THAT(text, Not(HasSubstr("canary")));
      EXPECT_THAT(text, Not(HasSubstr("0123456789abcdef0123456789abcdef")));
    }
  }
  const json::Value secret = sample::object(desired(sample::spec(), sample::observed()), kube::types::secret).body();
  const auto conf = base::base64_decode(secret.at("data").at("credentials.conf").get<std::string>());
  EXPECT_THAT(conf.value(), HasSubstr("mq-canary"));
  EXPECT_THAT(conf.value(), HasSubstr("db-canary"));
}

TEST(Desired, EveryObjectIsOwnedAndLabelled) {
  for (const Stage& stage : desired(sample::spec(), sample::observed()).stages) {
    for (const DesiredObject& object : stage.objects) {
      const json::Value& metadata = object.body().at("metadata");
      EXPECT_EQ(metadata.at("name"), object.name);
      EXPECT_EQ(metadata.at("namespace"), "openstack");
      EXPECT_EQ(metadata.at("ownerReferences").at(0).at("uid"), sample::spec().uid);
      EXPECT_EQ(metadata.at("ownerReferences").at(0).at("controller"), true);
      EXPECT_EQ(metadata.at("labels").at("app.kubernetes.io/managed-by"), "heat-operator");
      EXPECT_EQ(object.body().at("apiVersion"), object.type->api_version());
      EXPECT_EQ(object.body().at("kind"), object.type->kind);
    }
  }
}

// The API server drops such leaves, and drift detection would see a difference for ever.
void expect_no_empties(const json::Value& value, const std::string& path) {
  EXPECT_FALSE(value.is_null() || value == "" || (value.is_structured() && value.empty())) << path;
  if (!value.is_structured()) return;
  for (const auto& [key, child] : value.items()) expect_no_empties(child, path + "/" + key);
}

TEST(Desired, BodiesHaveNoEmptyValues) {
  Spec spec = sample::spec();
  spec.engine.pods.resources = nullptr;
  spec.images.pull_secrets.clear();
  for (const Spec& each : {sample::spec(), spec}) {
    for (const Stage& stage : desired(each, sample::observed()).stages) {
      for (const DesiredObject& object : stage.objects) expect_no_empties(object.body(), object.name);
    }
  }
}

TEST(Desired, EnginesGetMoreTimeToEndThanTheyTake) {
  Spec spec = sample::spec();
  spec.engine.drain_timeout = std::chrono::hours(24);
  const json::Value pod = engine_body(spec, sample::settled()).at("spec").at("template").at("spec");
  EXPECT_EQ(pod.at("terminationGracePeriodSeconds"), 86430);
}

// It waits in the queue of a busy pod for three answers, and then for the calls that are under way.
TEST(Desired, ApisGetMoreTimeToEndThanTheyTake) {
  Spec spec = sample::spec();
  spec.proxy.server_timeout = std::chrono::seconds(600);
  const Stage stage = sample::stage(desired(spec, sample::settled()), "api");
  for (const DesiredObject& object : stage.objects) {
    if (*object.type != kube::types::deployment) continue;
    const json::Value& pod = object.body().at("spec").at("template").at("spec");
    const json::Value& container = pod.at("containers").at(0);
    const json::Value& leave = container.at("lifecycle").at("preStop").at("exec").at("command");
    const long leaves_within = std::stol(leave.back().get<std::string>());
    EXPECT_GE(leaves_within, 600);
    EXPECT_GT(pod.at("terminationGracePeriodSeconds"), leaves_within + 600);
    EXPECT_EQ(container.at("readinessProbe").at("timeoutSeconds"), 600) << "busy is not dead";
    return;
  }
  FAIL() << "no Deployment";
}

TEST(Desired, OldConfigurationStaysUntilEveryPodHasTheNewOne) {
  Observed world = sample::settled();
  world.config_maps.push_back({"heat-engine-0000000000", false, 1, {}});
  EXPECT_THAT(desired(sample::spec(), world).keep_config_maps, IsEmpty());

  const std::vector<std::string> all = {world.config_maps.at(0).name, "heat-engine-0000000000"};
  const Desired now = desired(sample::spec(), world);
  for (const sample::Counts& rolling : {sample::Counts{2, 1, 1, false}, sample::Counts{2, 2, 2, false},
                                        sample::Counts{3, 3, 3}, sample::Counts{2, 2, 2, true, false}}) {
    world.workloads[Component::engine] = sample::engine(now, rolling);
    EXPECT_EQ(desired(sample::spec(), world).keep_config_maps, all);
  }
  // Settled, but on the configuration before: nothing has been applied yet.
  world = sample::settled();
  world.config_maps.push_back({"heat-engine-0000000000", false, 1, {}});
  Spec spec = sample::spec();
  spec.engine.workers = 4;
  EXPECT_EQ(desired(spec, world).keep_config_maps, all);
}

TEST(Desired, WithoutCredentialsNothingIsTouched) {
  for (const Stage& stage : desired(sample::spec(), Observed{}).stages) EXPECT_EQ(stage.mode, Mode::hold);
}

TEST(Desired, EqualInputGivesEqualBytes) {
  const Observed world = sample::settled();
  const Desired first = desired(sample::spec(), world);
  const Desired second = desired(sample::spec(), world);
  for (std::size_t i = 0; i < first.stages.size(); ++i) {
    for (std::size_t j = 0; j < first.stages[i].objects.size(); ++j) {
      EXPECT_EQ(first.stages[i].objects[j].body().dump(), second.stages[i].objects[j].body().dump());
    }
  }
}

}  // namespace
}  // namespace heat
