// From one image of RabbitMQ to another.
#include "heat/desired/broker_upgrade.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

using sample::has_stage;
using sample::message;
using sample::state;
using sample::status_of;
using testing::HasSubstr;
using testing::SizeIs;
using Mode = Stage::Mode;

const std::string old_image = "quay.io/example/rabbitmq:4.1";
const std::string new_image = "quay.io/example/rabbitmq:4.2";

Spec of_image(const std::string& image) {
  Spec spec = parse(sample::production()).value();
  spec.images.rabbitmq = {image, image == old_image ? 999 : 1001};
  ++spec.generation;
  return spec;
}

// All of the old image runs.
Observed running() { return sample::settled(of_image(old_image), sample::observed_production()); }

json::Value broker_of(const Spec& spec, const Observed& world) {
  return *sample::body_of(desired(spec, world), traits(Component::broker));
}
std::string image_of(const json::Value& set) {
  return set.at("spec").at("template").at("spec").at("containers").at(0).at("image");
}

const DesiredObject& check_of(const Desired& desired) { return sample::stage(desired, "broker-check").objects.at(0); }

// The check that is wanted, after it has come to `end`, or still runs.
ObservedChild check(const Spec& spec, const Observed& world, const std::string& end = "") {
  const Desired wanted = desired(spec, world);
  ObservedChild job{check_of(wanted).name, false, 1, {}};
  job.fields["metadata"]["annotations"] = check_of(wanted).body().at("metadata").at("annotations");
  if (!end.empty()) {
    job.fields["status"]["conditions"] = json::Value::array({{{"type", end}, {"status", "True"}}});
  }
  return job;
}

ObservedChild refused(const Spec& spec, const Observed& world, int code) {
  ObservedChild job = check(spec, world, "Failed");
  job.fields["status"]["conditions"][0] = sample::given_up_for(job.name, "broker-check", code);
  return job;
}

// The StatefulSet as it is wanted in that world.
void roll(Observed& world, const Spec& spec, const sample::Counts& counts) {
  world.workloads[Component::broker] = sample::workload(desired(spec, world), Component::broker, counts);
}

TEST(BrokerUpgrade, NothingIsAskedWhereNothingIsReplaced) {
  const Spec spec = of_image(old_image);
  EXPECT_FALSE(has_stage(desired(spec, sample::observed_production()), "broker-check")) << "a first start";
  EXPECT_FALSE(has_stage(desired(spec, running()), "broker-check"));
  Spec other = spec;
  other.config.rabbitmq = "heartbeat = 30\n";
  EXPECT_FALSE(has_stage(desired(other, running()), "broker-check"));
  EXPECT_FALSE(has_stage(desired(sample::spec(), sample::settled()), "broker-check")) << "somebody else's broker";
}

TEST(BrokerUpgrade, NodesKeepTheirImageAndUserUntilTheJobHasEndedWell) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  const std::uint64_t before = sample::stage(desired(of_image(old_image), world), "broker").objects.back().hash();
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-check").mode, Mode::apply);
  EXPECT_EQ(sample::stage(desired(spec, world), "broker").objects.back().hash(), before);

  world.jobs.push_back(check(spec, world));
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-check").mode, Mode::hold);
  EXPECT_EQ(sample::stage(desired(spec, world), "broker").objects.back().hash(), before);

  world.jobs.back().fields["status"]["conditions"] = json::Value::array({{{"type", "Complete"}, {"status", "True"}}});
  const json::Value set = broker_of(spec, world);
  EXPECT_EQ(image_of(set), new_image);
  EXPECT_EQ(set.at("spec").at("template").at("spec").at("securityContext").at("runAsUser"), 1001);
}

TEST(BrokerUpgrade, EverythingElseGoesOnMeanwhile) {
  Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(refused(spec, world, 104));
  std::get<ManagedBroker>(spec.broker.kind).replicas = 5;
  spec.config.rabbitmq = "heartbeat = 30\n";
  const json::Value set = broker_of(spec, world);
  EXPECT_EQ(set.at("spec").at("replicas"), 5);
  EXPECT_EQ(image_of(set), old_image);
  EXPECT_NE(set.at("spec").at("template").at("metadata").at("annotations").at("heat.openstack.org/config"),
            broker_of(of_image(old_image), world)
                .at("spec")
                .at("template")
                .at("metadata")
                .at("annotations")
                .at("heat.openstack.org/config"));

  Spec engines = of_image(new_image);
  engines.engine.workers = 1;
  EXPECT_EQ(sample::stage(desired(engines, world), "engine").mode, Mode::apply)
      << "a broker whose upgrade is refused keeps no change from the engines";
}

TEST(BrokerUpgrade, ChangesOfEnginesWaitWhileNodesAreReplaced) {
  Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(check(spec, world, "Complete"));
  spec.engine.workers = 1;
  EXPECT_EQ(sample::stage(desired(spec, world), "engine").mode, Mode::hold);
  roll(world, spec, {3, 2, 1, false});
  EXPECT_EQ(sample::stage(desired(spec, world), "engine").mode, Mode::hold);
  roll(world, spec, {3, 3, 3});
  EXPECT_EQ(sample::stage(desired(spec, world), "engine").mode, Mode::apply);
}

TEST(BrokerUpgrade, TheFormerImagePutBackLeavesNothing) {
  Observed world = running();
  const Spec next = of_image(new_image);
  world.jobs.push_back(refused(next, world, 104));
  const Desired back = desired(of_image(old_image), world);
  for (const Stage& stage : back.stages) {
    for (const DesiredObject& object : stage.objects) EXPECT_NE(object.name, world.jobs.back().name) << stage.name;
  }
  EXPECT_EQ(state(status_of(of_image(old_image), world), "Ready"), "True Ready");
}

TEST(BrokerUpgrade, TheAnswerStaysUntilEveryNodeHasTheImage) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(check(spec, world, "Complete"));
  const std::string name = world.jobs.back().name;
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-checked").objects.at(0).name, name);
  roll(world, spec, {3, 3, 2, false});
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-checked").objects.at(0).name, name);
  roll(world, spec, {3, 3, 3});
  EXPECT_FALSE(has_stage(desired(spec, world), "broker-checked"));
  EXPECT_EQ(state(status_of(spec, world), "Ready"), "True Ready");
}

// Going back is a step like any other: nodes that run the new release cannot take up the data as the old one.
TEST(BrokerUpgrade, GoingBackIsAskedWhileAnyNodeRuns) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(check(spec, world, "Complete"));
  roll(world, spec, {3, 2, 1, false});
  EXPECT_EQ(sample::stage(desired(of_image(old_image), world), "broker-check").mode, Mode::apply);
  EXPECT_EQ(image_of(broker_of(of_image(old_image), world)), new_image);
}

TEST(BrokerUpgrade, AnImageThatDoesNotComeUpIsTakenBackThoughNobodyCanBeAsked) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(check(spec, world, "Complete"));
  roll(world, spec, {3, 0, 1, false});
  EXPECT_EQ(image_of(broker_of(of_image(old_image), world)), old_image);
  EXPECT_EQ(image_of(broker_of(of_image("third"), world)), new_image) << "only the one of before";
  roll(world, spec, {3, 0, 2, false});
  EXPECT_EQ(image_of(broker_of(of_image(old_image), world)), new_image) << "the first node ran it already";
}

TEST(BrokerUpgrade, ABrokerThatNeverCameUpGetsAnyImage) {
  Observed world = sample::observed_production();
  const Spec wrong = of_image(old_image);
  world.workloads[Component::broker] = sample::workload(desired(wrong, world), Component::broker, {3, 0, 3});
  EXPECT_EQ(image_of(broker_of(of_image(new_image), world)), new_image);
  world.workloads[Component::broker] = sample::workload(desired(wrong, world), Component::broker, {3, 1, 3});
  EXPECT_EQ(image_of(broker_of(of_image(new_image), world)), old_image) << "one node runs: it is asked";
}

TEST(BrokerUpgrade, WaitsForANodeThatCanBeAsked) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  roll(world, of_image(old_image), {3, 0, 3});
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-check").mode, Mode::hold);
  const json::Value status = status_of(spec, world);
  EXPECT_EQ(state(status, "BrokerReady"), "False BrokerNotReady");
  EXPECT_THAT(message(status, "BrokerReady"), HasSubstr("--cascade=orphan statefulset/heat-broker"));
  EXPECT_EQ(state(status, "Stalled"), "False Progressing");
}

TEST(BrokerUpgrade, AFailedCheckIsDoneAgainWhereItWouldGoByAnotherRule) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(check(spec, world, "Failed"));
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-check").mode, Mode::hold);
  Spec larger = spec;
  std::get<ManagedBroker>(larger.broker.kind).replicas = 5;
  EXPECT_EQ(sample::stage(desired(larger, world), "broker-check").mode, Mode::hold);
  world.jobs.back().fields["metadata"]["annotations"]["heat.openstack.org/credentials"] = "of an older operator";
  EXPECT_EQ(sample::stage(desired(spec, world), "broker-check").mode, Mode::apply);
}

TEST(BrokerUpgrade, StatusTellsThatItIsLookedAt) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  EXPECT_EQ(state(status_of(spec, world), "BrokerReady"), "False CheckingImage");
  world.jobs.push_back(check(spec, world));
  const json::Value status = status_of(spec, world);
  EXPECT_EQ(state(status, "BrokerReady"), "False CheckingImage");
  EXPECT_EQ(state(status, "Reconciling"), "True CheckingImage");
  EXPECT_EQ(state(status, "Stalled"), "False Progressing");
  EXPECT_THAT(message(status, "BrokerReady"), HasSubstr(old_image));
}

TEST(BrokerUpgrade, StatusNamesTheRefusalAndTheMend) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(refused(spec, world, 105));
  const json::Value status = status_of(spec, world);
  for (const char* type : {"BrokerReady", "Ready"}) EXPECT_EQ(state(status, type), "False ImageRefused");
  EXPECT_EQ(state(status, "Stalled"), "True ImageRefused");
  EXPECT_EQ(status.at("broker").at("summary"), "3/3");
  EXPECT_EQ(message(status, "BrokerReady"),
            "spec.images.rabbitmq: quay.io/example/rabbitmq:4.2 cannot follow quay.io/example/rabbitmq:4.1, which goes "
            "on: nodes run RabbitMQ 4.1, which only 4.2 can replace node by node (kubectl logs -n openstack job/" +
                world.jobs.back().name + " tells the versions). Put that image back, or go through the series between");
}

TEST(BrokerUpgrade, StatusOfACheckThatGaveUpSaysHowToTryAgain) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  world.jobs.push_back(check(spec, world, "Failed"));
  const json::Value status = status_of(spec, world);
  EXPECT_EQ(state(status, "BrokerReady"), "False ImageCheckFailed");
  EXPECT_EQ(state(status, "Stalled"), "True ImageCheckFailed");
  EXPECT_THAT(message(status, "Stalled"), HasSubstr("kubectl delete -n openstack job/" + world.jobs.back().name));
}

// The Job ends between the decision of a pass and its status.
TEST(BrokerUpgrade, StatusIsNotReadyBeforeTheNodesAre) {
  const Spec spec = of_image(new_image);
  Observed world = running();
  const Desired held = desired(spec, world);
  world.jobs.push_back(check(spec, world, "Complete"));
  const json::Value status = heat::status({&spec, spec.generation, &world, &held, {}, "", false, "now"});
  EXPECT_EQ(state(status, "Ready"), "False CheckingImage");
  EXPECT_EQ(state(status, "Reconciling"), "True CheckingImage");
}

}  // namespace
}  // namespace heat
