// g++ 12 with sanitizers takes std::regex for uninitialized (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "heat/status/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "sample.h"

namespace heat {
namespace {

using sample::message;
using sample::state;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* now = "2026-01-31T12:00:00Z";

// status() of a world in which nothing is wrong with the configuration.
json::Value status_of(const Observed& world, const Spec& spec = sample::spec(), const std::string& at = now) {
  const Desired wanted = desired(spec, world);
  return status({&spec, spec.generation, &world, &wanted, {}, "", false, at});
}

json::Value status_with(const std::vector<Problem>& problems, const Observed& world) {
  const Spec spec = sample::spec();
  return status({&spec, spec.generation, &world, nullptr, problems, "", false, now});
}

Observed with_engine(const sample::Counts& counts, long replicas = 2) {
  Observed world = sample::settled();
  Spec spec = sample::spec();
  spec.engine.replicas = replicas;
  world.workloads[Component::engine] = sample::engine(desired(spec, world), counts);
  return world;
}

// cli-utils' kstatus on a custom resource, as kubectl wait's users and GitOps tools compute it.
std::string kstatus(const json::Value& status, long generation) {
  if (status.at("observedGeneration") != generation) return "InProgress";
  if (sample::condition(status, "Reconciling").at("status") == "True") return "InProgress";
  if (sample::condition(status, "Stalled").at("status") == "True") return "Failed";
  return sample::condition(status, "Ready").at("status") == "True" ? "Current" : "InProgress";
}

TEST(Status, SettledIsCurrent) {
  const json::Value status = status_of(sample::settled());
  EXPECT_EQ(state(status, "Ready"), "True Ready");
  EXPECT_EQ(state(status, "Reconciling"), "False Settled");
  EXPECT_EQ(state(status, "Stalled"), "False Progressing");
  EXPECT_EQ(status.at("engine").at("summary"), "2/2");
  EXPECT_EQ(status.at("observedGeneration"), 3);
  EXPECT_EQ(kstatus(status, 3), "Current");
}

TEST(Status, FreshHeatClusterIsInProgress) {
  const json::Value status = status_of(sample::observed());
  EXPECT_EQ(state(status, "Ready"), "False Syncing");
  EXPECT_EQ(state(status, "EngineReady"), "False WaitingForDatabase");
  EXPECT_EQ(status.at("engine").at("summary"), "0/2");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
}

// The Job ends between the decision of a pass and its status: engines of the image before are no engines of this spec.
TEST(Status, WhatThisPassHeldIsStillToBeDone) {
  Spec next = sample::spec();
  next.images.heat.reference = "quay.io/example/heat:next";
  Observed world = sample::settled();
  const Desired held = desired(next, world);
  world.jobs.push_back(sample::job(held, "Complete"));
  const json::Value status = heat::status({&next, 4, &world, &held, {}, "", false, now});
  EXPECT_EQ(state(status, "DatabaseReady"), "True Synced");
  EXPECT_EQ(state(status, "Reconciling"), "True Waiting");
  EXPECT_EQ(kstatus(status, 4), "InProgress");
}

TEST(Status, ScalingOutSaysHowFarItIs) {
  Spec spec = sample::spec();
  spec.engine.replicas = 4;
  const json::Value status = status_of(with_engine({4, 2, 4}, 4), spec);
  EXPECT_EQ(state(status, "EngineReady"), "False EngineNotReady");
  EXPECT_EQ(message(status, "Reconciling"), "2 of 4 engines ready");
  EXPECT_EQ(status.at("engine").at("summary"), "2/4");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
}

TEST(Status, CountsOfAStatefulSetThatIsBehindAreNotBelieved) {
  const json::Value status = status_of(with_engine({2, 2, 2, true, false}));
  EXPECT_EQ(state(status, "EngineReady"), "False EngineNotReady");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
}

TEST(Status, RollingOutIsNotReadyUntilTheLastPod) {
  const json::Value status = status_of(with_engine({2, 2, 1, false}));
  EXPECT_EQ(state(status, "EngineReady"), "False RollingOut");
  EXPECT_THAT(message(status, "Ready"), StartsWith("1 of 2 engines run the newest configuration"));
}

TEST(Status, DrainingIsReadyButStillReconciling) {
  const json::Value status = status_of(with_engine({5, 5, 5}));
  EXPECT_EQ(state(status, "Ready"), "True Ready");
  EXPECT_EQ(state(status, "Reconciling"), "True Draining");
  EXPECT_EQ(message(status, "Reconciling"), "2 of 2 engines ready, 3 finish their work");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
}

TEST(Status, ScaledToZeroIsReady) {
  Spec spec = sample::spec();
  spec.engine.replicas = 0;
  const json::Value status = status_of(with_engine({0, 0, 0}, 0), spec);
  EXPECT_EQ(state(status, "EngineReady"), "True ScaledToZero");
  EXPECT_EQ(state(status, "Ready"), "True Ready");
  EXPECT_EQ(status.at("engine").at("summary"), "0/0");
  EXPECT_EQ(kstatus(status, 3), "Current");
}

TEST(Status, FailedSyncIsStalledAndSaysHowToGoOn) {
  Observed world = sample::observed();
  world.jobs = {sample::job(desired(sample::spec(), world), "Failed")};
  const json::Value status = status_of(world);
  EXPECT_EQ(state(status, "DatabaseReady"), "False SyncFailed");
  EXPECT_EQ(state(status, "Stalled"), "True SyncFailed");
  EXPECT_THAT(message(status, "Stalled"), HasSubstr("kubectl delete -n openstack job/" + world.jobs[0].name));
  EXPECT_EQ(kstatus(status, 3), "Failed");
}

TEST(Status, ProblemsKeepWhatRunsAndItsCounts) {
  Observed world = with_engine({2, 1, 2});
  world.status = status_of(sample::settled());
  const json::Value status = status_with({{"spec.a", "is wrong: write b"}}, world);
  EXPECT_EQ(state(status, "ConfigValid"), "False Invalid");
  EXPECT_EQ(message(status, "Ready"), "spec.a: is wrong: write b");
  EXPECT_EQ(state(status, "DatabaseReady"), "True Synced");
  EXPECT_EQ(state(status, "EngineReady"), "False EngineNotReady");
  EXPECT_EQ(status.at("engine").at("summary"), "1/2");
  EXPECT_EQ(kstatus(status, 3), "Failed");
}

TEST(Status, WithoutASpecTheRestStays) {
  Observed world = sample::settled();
  world.status = status_of(world);
  const json::Value status = heat::status({nullptr, 4, &world, nullptr, {{"spec.a", "is wrong"}}, "", false, now});
  EXPECT_EQ(status.at("selector"), world.status.at("selector"));
  EXPECT_EQ(status.at("engine"), world.status.at("engine"));
  EXPECT_EQ(status.at("observedGeneration"), 4);
  EXPECT_EQ(state(status, "EngineReady"), "True PodsReady");
  EXPECT_EQ(kstatus(status, 4), "Failed");
}

// The schema fills in a status, but nothing here may depend on that.
TEST(Status, AFirstSpecThatCannotBeReadIsToldOf) {
  const Observed world;
  const json::Value status = heat::status({nullptr, 1, &world, nullptr, {{"spec.a", "is wrong"}}, "", false, now});
  EXPECT_EQ(state(status, "ConfigValid"), "False Invalid");
  EXPECT_EQ(kstatus(status, 1), "Failed");
}

TEST(Status, AMissingSecretIsWaitedForALostKeyIsNot) {
  const Observed world = sample::observed();
  json::Value status = status_with({{"spec.a", "no Secret", Problem::Kind::secret_missing}}, world);
  EXPECT_EQ(state(status, "Reconciling"), "True SecretMissing");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
  status = status_with({{"spec.a", "no Secret", Problem::Kind::secret_missing}, {"s", "gone", Problem::Kind::key_lost}},
                       world);
  EXPECT_EQ(state(status, "Stalled"), "True EncryptionKeyLost");
  EXPECT_EQ(kstatus(status, 3), "Failed");
}

TEST(Status, ApplyErrorsAreTriedAgainUnlessFinal) {
  const Observed world = sample::settled();
  const Spec spec = sample::spec();
  const Desired wanted = desired(spec, world);
  json::Value status = heat::status({&spec, 3, &world, &wanted, {}, "StatefulSet heat-engine: timeout", false, now});
  EXPECT_EQ(state(status, "Ready"), "False ApplyFailed");
  EXPECT_EQ(state(status, "Reconciling"), "True ApplyFailed");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
  status = heat::status({&spec, 3, &world, &wanted, {}, "StatefulSet heat-engine: invalid", true, now});
  EXPECT_EQ(state(status, "Stalled"), "True ApplyRefused");
  EXPECT_EQ(kstatus(status, 3), "Failed");
}

TEST(Status, WaitingForADeletionIsNoFailure) {
  const Observed world = sample::settled();
  const Spec spec = sample::spec();
  const Desired wanted = desired(spec, world);
  StatusInput input{&spec, 3, &world, &wanted, {}, "waiting until Service heat-engine is gone", false, now};
  input.apply_waits = true;
  const json::Value status = heat::status(input);
  EXPECT_EQ(state(status, "Ready"), "False Waiting");
  EXPECT_EQ(state(status, "Reconciling"), "True Waiting");
  EXPECT_EQ(state(status, "Stalled"), "False Progressing");
  EXPECT_EQ(kstatus(status, 3), "InProgress");
}

TEST(Status, EveryComponentIsCountedAndJudged) {
  const json::Value status = status_of(sample::settled());
  for (const char* type : {"BrokerReady", "DatabaseReady", "EngineReady", "APIReady", "CFNReady", "ProxyReady"}) {
    EXPECT_THAT(state(status, type), StartsWith("True ")) << type;
  }
  EXPECT_EQ(message(status, "Ready"), "2 engines, 2 APIs, 1 CFN API, 2 proxies ready");
  EXPECT_EQ(status.at("api").at("summary"), "2/2");
  EXPECT_EQ(status.at("cfn").at("summary"), "1/1");
  EXPECT_EQ(status.at("proxy").at("summary"), "2/2");
}

TEST(Status, ABrokerOfSomebodyElsesIsNotJudged) {
  const json::Value status = status_of(sample::settled());
  EXPECT_EQ(state(status, "BrokerReady"), "True External");
  EXPECT_EQ(status.at("broker"), json::parse(R"({"summary": "external"})").value());
  EXPECT_EQ(json::find(status, "/capacity/amqpConnections/limit"), nullptr);
}

TEST(Status, TheFirstThatIsNotReadyIsNamed) {
  Observed world = sample::settled();
  world.workloads[Component::api] = sample::workload(desired(sample::spec(), world), Component::api, {2, 1, 2});
  world.workloads[Component::proxy] = sample::workload(desired(sample::spec(), world), Component::proxy, {2, 0, 2});
  const json::Value status = status_of(world);
  EXPECT_EQ(state(status, "APIReady"), "False APINotReady");
  EXPECT_EQ(state(status, "ProxyReady"), "False ProxyNotReady");
  EXPECT_EQ(state(status, "Ready"), "False APINotReady");
  EXPECT_EQ(message(status, "Ready"), "1 of 2 APIs ready");
}

TEST(Status, WhatADeploymentsControllerSaysIsPassedOn) {
  Observed world = sample::settled();
  world.workloads[Component::api] = sample::workload(desired(sample::spec(), world), Component::api, {0, 0, 0});
  json::Value& fields = world.workloads[Component::api].fields;
  fields["status"]["conditions"] =
      json::parse(
          R"([{"type": "Available", "status": "False", "reason": "MinimumReplicasUnavailable", "message": "short"},
          {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota"}])")
          .value();
  EXPECT_EQ(message(status_of(world), "APIReady"), "0 of 2 APIs ready: FailedCreate: exceeded quota");
}

TEST(Status, PodsThatDoNotComeUpForLongAreToldWhereToLook) {
  Observed world = with_engine({2, 0, 2});
  world.status = status_of(world, sample::spec(), "2026-01-31T12:00:00Z");
  const auto engine_at = [&](const char* time) {
    return message(status_of(world, sample::spec(), time), "EngineReady");
  };
  EXPECT_EQ(engine_at("2026-01-31T12:00:29Z"), "0 of 2 engines ready");
  EXPECT_EQ(engine_at("2026-01-31T12:00:30Z"),
            "0 of 2 engines ready, and that for more than 30s: kubectl describe -n openstack pods -l "
            "app.kubernetes.io/instance=heat,app.kubernetes.io/component=engine tells why");
  EXPECT_EQ(engine_at("2026-02-01T00:00:00Z"), engine_at("2026-03-01T00:00:00Z"));
  world.workloads[Component::engine] = with_engine({1, 0, 1}).workloads[Component::engine];
  EXPECT_THAT(engine_at("2026-01-31T13:00:00Z"), HasSubstr("describe -n openstack StatefulSet/heat-engine tells why"));
}

TEST(Status, ARolloutThatTakesLongIsToldWhereToLook) {
  Observed world = with_engine({2, 2, 1, false});
  world.status = status_of(world, sample::spec(), "2026-01-31T12:00:00Z");
  const auto engine_at = [&](const char* time) {
    return message(status_of(world, sample::spec(), time), "EngineReady");
  };
  EXPECT_THAT(engine_at("2026-01-31T12:00:29Z"), EndsWith("the others follow one by one"));
  EXPECT_THAT(engine_at("2026-01-31T12:00:30Z"), HasSubstr("kubectl describe -n openstack pods -l "));
}

TEST(Status, ADatabaseJobThatTakesLongIsToldWhereToLook) {
  Observed world = sample::observed();
  world.jobs = {sample::job(desired(sample::spec(), world))};
  const std::string name = world.jobs.front().name;
  world.status = status_of(world, sample::spec(), "2026-01-31T12:00:00Z");
  const auto database_at = [&](const char* time) {
    return message(status_of(world, sample::spec(), time), "DatabaseReady");
  };
  EXPECT_THAT(database_at("2026-01-31T12:00:29Z"), Not(HasSubstr("kubectl")));
  EXPECT_THAT(database_at("2026-01-31T12:00:30Z"),
              EndsWith("kubectl describe -n openstack pods -l job-name=" + name + " tells why"));
  world.jobs.front().fields["status"]["failed"] = 2;
  EXPECT_THAT(database_at("2026-01-31T12:00:01Z"),
              EndsWith("tries that failed: 2, and kubectl logs -n openstack job/" + name + " tells why"));
}

TEST(Status, EndpointsAreThePublicOnesOrTheProxys) {
  Spec spec = sample::spec();
  EXPECT_EQ(status_of(sample::settled(), spec).at("endpoints"),
            json::parse(R"({"orchestration": "http://heat-proxy.openstack.svc:8004/v1",
                            "cloudformation": "http://heat-proxy.openstack.svc:8000/v1"})")
                .value());
  spec.proxy.public_orchestration_url = "https://heat.example.org/v1";
  spec.cfn.replicas = 0;
  EXPECT_EQ(status_of(sample::settled(), spec).at("endpoints"),
            json::parse(R"({"orchestration": "https://heat.example.org/v1"})").value());
  spec.proxy = Proxy{};
  spec.proxy.replicas = 0;
  EXPECT_FALSE(status_of(sample::settled(), spec).contains("endpoints"));
}

TEST(Status, CapacityFollowsFromTheScale) {
  const json::Value capacity = status_of(sample::settled()).at("capacity");
  EXPECT_EQ(capacity.at("apiCallsPerSecond"), 2 * (2 * 2 * 16 + 1 * 1 * 16));
  EXPECT_EQ(capacity.at("databaseConnections").at("limit"), 500);
  for (const char* kind : {"amqpConnections", "databaseConnections"}) {
    EXPECT_GT(capacity.at(kind).at("expected"), 0) << kind;
    EXPECT_GT(capacity.at(kind).at("ceiling"), capacity.at(kind).at("expected")) << kind;
  }
  EXPECT_LE(capacity.at("databaseConnections").at("ceiling"), 500);
}

TEST(Status, WhatASpecThatIsNotActedOnWouldGiveIsNotShown) {
  Observed world = sample::settled();
  world.status = status_of(world);
  Spec spec = sample::spec();
  spec.proxy.public_orchestration_url = "https://elsewhere.example.org/v1";
  spec.api.replicas = 50;
  const json::Value status = heat::status({&spec, 4, &world, nullptr, {{"spec.a", "is wrong"}}, "", false, now});
  EXPECT_EQ(status.at("endpoints"), world.status.at("endpoints"));
  EXPECT_EQ(status.at("capacity"), world.status.at("capacity"));
  EXPECT_EQ(status.at("api").at("summary"), "2/2");
}

TEST(Status, TransitionTimeMovesOnlyWhenTheStatusFlips) {
  Observed world = with_engine({2, 1, 2});
  const json::Value first = status_of(world, sample::spec(), "2026-01-01T00:00:00Z");
  world.status = first;
  world.workloads[Component::engine] = with_engine({2, 0, 2}).workloads.at(Component::engine);
  const json::Value second = status_of(world, sample::spec(), "2026-01-02T00:00:00Z");
  EXPECT_EQ(sample::condition(second, "EngineReady").at("lastTransitionTime"), "2026-01-01T00:00:00Z");
  EXPECT_NE(message(second, "EngineReady"), message(first, "EngineReady"));
  world.workloads[Component::engine] = with_engine({2, 2, 2}).workloads.at(Component::engine);
  const json::Value third = status_of(world, sample::spec(), "2026-01-03T00:00:00Z");
  EXPECT_EQ(sample::condition(third, "EngineReady").at("lastTransitionTime"), "2026-01-03T00:00:00Z");
  EXPECT_EQ(sample::condition(third, "DatabaseReady").at("lastTransitionTime"), "2026-01-01T00:00:00Z");
}

TEST(Status, ConvergedStatusIsAFixedPoint) {
  Observed world = sample::settled();
  world.status = status_of(world);
  EXPECT_EQ(status_of(world, sample::spec(), "2027-01-01T00:00:00Z"), world.status);
}

TEST(Status, ConditionsKeepMetav1sRules) {
  Observed failing = sample::observed();
  failing.jobs = {sample::job(desired(sample::spec(), failing), "Failed")};
  const std::vector<Problem> many(100, {"spec.some.path", std::string(100, 'x') + "\né"});
  for (const json::Value& status :
       {status_of(sample::settled()), status_of(sample::observed()), status_of(failing), status_with(many, failing)}) {
    for (const json::Value& condition : status.at("conditions")) {
      EXPECT_TRUE(std::regex_match(condition.at("reason").get<std::string>(),
                                   std::regex("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?")));
      EXPECT_LE(condition.at("message").get<std::string>().size(), 1100U);
      EXPECT_EQ(condition.at("message").get<std::string>().find('\n'), std::string::npos);
      EXPECT_EQ(condition.at("observedGeneration"), 3);
      EXPECT_NO_THROW(condition.dump());  // cut between characters, not within one
    }
  }
}

TEST(Status, NeverHoldsASecret) {
  Observed world = sample::observed();
  world.secrets.at("heat-broker")->at("password") = "can/ary";
  EXPECT_THAT(status_with(problems(sample::spec(), world), world).dump(), testing::Not(HasSubstr("can/ary")));
}

Observed production_that_reports(const BrokerReport& report) {
  Observed world = sample::settled(parse(sample::production()).value(), sample::observed_production());
  world.broker_report = report;
  return world;
}

TEST(Status, WhatTheBrokerSaysIsShown) {
  const json::Value status = status_of(production_that_reports({3, 96, 0}), parse(sample::production()).value());
  EXPECT_EQ(status.at("broker").at("running"), 3);
  EXPECT_EQ(status.at("broker").at("queues"), 96);
  EXPECT_EQ(status.at("broker").at("leaderless"), 0);
  EXPECT_EQ(state(status, "BrokerReady"), "True PodsReady");
  EXPECT_EQ(state(status, "Ready"), "True Ready");
}

TEST(Status, WhatHeatSaysOfItsEnginesIsShown) {
  Observed world = production_that_reports({3, 96, 0});
  EXPECT_FALSE(status_of(world, parse(sample::production()).value()).at("engine").contains("registered"));
  world.engine_report = EngineReport{2};
  const json::Value status = status_of(world, parse(sample::production()).value());
  EXPECT_EQ(status.at("engine").at("registered"), 2);
  EXPECT_FALSE(status.at("api").contains("registered"));
}

TEST(Status, PodsThatAreReadyMakeNoBrokerThatIsInParts) {
  const json::Value status = status_of(production_that_reports({2, 96, 0}), parse(sample::production()).value());
  EXPECT_EQ(state(status, "BrokerReady"), "False BrokerNotReady");
  EXPECT_THAT(message(status, "BrokerReady"), HasSubstr("only 2 of them are in one cluster"));
  EXPECT_EQ(state(status, "Ready"), "False BrokerNotReady");
}

TEST(Status, QueuesWithoutALeaderMakeNoBrokerThatIsReady) {
  const json::Value status = status_of(production_that_reports({3, 96, 4}), parse(sample::production()).value());
  EXPECT_EQ(state(status, "BrokerReady"), "False BrokerNotReady");
  EXPECT_THAT(message(status, "BrokerReady"), HasSubstr("4 of 96 queues have no leader"));
}

}  // namespace
}  // namespace heat
