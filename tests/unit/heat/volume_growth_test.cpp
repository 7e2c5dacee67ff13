#include "heat/desired/volume_growth.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace heat {
namespace {

Spec managed(const std::string& size) {
  Spec spec = parse(sample::production()).value();
  std::get<ManagedBroker>(spec.broker.kind).storage_size = size;
  return spec;
}

// A broker whose StatefulSet was made with 10Gi, and its claims.
Observed broker_of_10(std::vector<ObservedClaim> claims) {
  const Spec spec = managed("10Gi");
  Observed world = sample::settled(spec, sample::observed_production());
  json::Value claim;
  claim["spec"]["resources"]["requests"]["storage"] = "10Gi";
  world.workloads.at(Component::broker).fields["spec"]["volumeClaimTemplates"] = json::Value::array({claim});
  world.claims = std::move(claims);
  return world;
}

ObservedClaim claim(int node, const std::string& requested) {
  return {broker_claim_name("heat", node), "uid-" + std::to_string(node), false, true, requested};
}

std::vector<std::string> names(const std::vector<DesiredObject>& objects) {
  std::vector<std::string> found;
  for (const DesiredObject& object : objects) found.push_back(object.name);
  return found;
}

const DesiredObject* broker_set(const Desired& desired) {
  for (const Stage& stage : desired.stages) {
    for (const DesiredObject& object : stage.objects) {
      if (*object.type == kube::types::stateful_set && object.name == "heat-broker") return &object;
    }
  }
  return nullptr;
}

TEST(VolumeGrowth, TheTemplateSaysForEverWhatItSaidFirst) {
  EXPECT_EQ(claim_template_size(managed("20Gi"), Observed{}), "20Gi");
  EXPECT_EQ(claim_template_size(managed("20Gi"), broker_of_10({})), "10Gi");
  const Desired wanted = desired(managed("20Gi"), broker_of_10({}));
  EXPECT_EQ(json::string_at(broker_set(wanted)->body().at("spec").at("volumeClaimTemplates").at(0),
                            "/spec/resources/requests/storage"),
            "10Gi");
}

TEST(VolumeGrowth, RestartsNoNode) {
  const Desired before = desired(managed("10Gi"), broker_of_10({}));
  const Desired after = desired(managed("20Gi"), broker_of_10({}));
  EXPECT_EQ(broker_set(after)->body(), broker_set(before)->body());
}

TEST(VolumeGrowth, GrowingIsNoProblem) {
  EXPECT_TRUE(problems(managed("20Gi"), broker_of_10({claim(0, "10Gi")})).empty());
}

TEST(VolumeGrowth, EachClaimThatIsTooSmallGrows) {
  const Observed world = broker_of_10({claim(0, "10Gi"), claim(1, "20Gi"), claim(2, "10240Mi")});
  const auto growths = desired(managed("20Gi"), world).growths;
  ASSERT_EQ(names(growths), (std::vector<std::string>{"data-heat-broker-0", "data-heat-broker-2"}));
  EXPECT_EQ(growths[0].body(), json::parse(R"({"apiVersion":"v1","kind":"PersistentVolumeClaim",
      "metadata":{"name":"data-heat-broker-0","namespace":"openstack","uid":"uid-0"},
      "spec":{"resources":{"requests":{"storage":"20Gi"}}}})")
                                   .value());
}

TEST(VolumeGrowth, NothingIsDoneWhereTheSizeIsRightInOtherWords) {
  EXPECT_TRUE(volume_growths(managed("10Gi"), broker_of_10({claim(0, "10240Mi")})).empty());
}

TEST(VolumeGrowth, AVolumeThatSomebodyMadeLargerStaysSo) {
  EXPECT_TRUE(volume_growths(managed("20Gi"), broker_of_10({claim(0, "1Ti")})).empty());
}

TEST(VolumeGrowth, AClaimWithoutAVolumeOrOnItsWayOutIsLeft) {
  ObservedClaim pending = claim(0, "10Gi");
  pending.bound = false;
  ObservedClaim going = claim(1, "10Gi");
  going.deleting = true;
  EXPECT_TRUE(volume_growths(managed("20Gi"), broker_of_10({pending, going})).empty());
}

TEST(VolumeGrowth, AnotherBrokersClaimsAreNotOurs) {
  Observed world = broker_of_10({claim(0, "10Gi")});
  EXPECT_TRUE(volume_growths(sample::spec(), world).empty());
}

}  // namespace
}  // namespace heat
