// A broker's claims grow one by one, and the API server's word on it is told with the mend.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/desired/desired.h"
#include "heat/kinds.h"
#include "kube/decode.h"
#include "reconcile/apply.h"
#include "scripted_world.h"

namespace {

using ::testing::HasSubstr;

const json::Value cluster = {
    {"apiVersion", "heat.openstack.org/v1alpha1"},
    {"kind", "HeatCluster"},
    {"metadata", {{"name", "heat"}, {"namespace", "ns"}, {"uid", "u"}, {"resourceVersion", "7"}, {"generation", 2}}}};

http::Response refusal(int code, const char* reason, const std::string& message) {
  const json::Value status = {{"kind", "Status"}, {"reason", reason}, {"message", message}, {"code", code}};
  return {code, {}, status.dump()};
}

class GrowTest : public ::testing::Test, protected ScriptedWorld {
 protected:
  GrowTest() {
    clusters.wrote(*kube::decode_object(cluster.dump(), heat::heat_cluster, {}));
    api.transport->answer = [this](const http::Request& request) {
      return request.method == "PATCH" ? answer(request) : http::Response{200, {}, cluster.dump()};
    };
    for (const char* name : {"data-heat-broker-0", "data-heat-broker-1"}) {
      desired.growths.emplace_back(kube::types::persistent_volume_claim, name,
                                   json::Value{{"apiVersion", "v1"},
                                               {"kind", "PersistentVolumeClaim"},
                                               {"metadata", {{"name", name}, {"namespace", "ns"}, {"uid", "claim"}}},
                                               {"spec", {{"resources", {{"requests", {{"storage", "2Gi"}}}}}}}});
    }
  }

  base::Result<void, reconcile::ApplyFailure> grow() {
    const kube::ObjectPtr known = clusters.find({"ns", "heat"});
    const reconcile::World scripted = world();
    return reconcile::Applier(scripted, *known, false, {}).grow(desired);
  }
  std::vector<std::string> patched() const {
    std::vector<std::string> targets;
    for (const http::Request& request : api.transport->asked) {
      if (request.method == "PATCH") targets.push_back(request.target);
    }
    return targets;
  }

  heat::Desired desired;
  std::function<http::Response(const http::Request&)> answer;
};

TEST_F(GrowTest, EachClaimIsAppliedWithForceAndRemembered) {
  answer = [](const http::Request& request) {
    json::Value body = json::parse(request.body).value();
    body["metadata"]["resourceVersion"] = "8";
    return http::Response{200, {}, body.dump()};
  };
  EXPECT_TRUE(grow());
  ASSERT_EQ(patched().size(), 2U);
  EXPECT_THAT(patched()[0], HasSubstr("/api/v1/namespaces/ns/persistentvolumeclaims/data-heat-broker-0?"));
  EXPECT_THAT(patched()[0], HasSubstr("force=true"));
  const auto kept = stores["persistentvolumeclaims"].find({"ns", "data-heat-broker-1"});
  ASSERT_TRUE(kept);
  EXPECT_THAT(kept->fields, HasSubstr("2Gi"));
}

TEST_F(GrowTest, AStorageClassThatLetsNoneGrowIsFinalAndKeepsNoOtherFromGrowing) {
  answer = [](const http::Request& request) {
    if (request.target.find("broker-1") != std::string::npos) return http::Response{200, {}, request.body};
    return refusal(
        403, "Forbidden",
        "persistentvolumeclaims \"data-heat-broker-0\" is forbidden: only dynamically provisioned pvc can be "
        "resized and the storageclass that provisions the pvc must support resize");
  };
  const auto grown = grow();
  ASSERT_FALSE(grown);
  EXPECT_TRUE(grown.error().final);
  EXPECT_THAT(grown.error().message, HasSubstr("spec.broker.managed.storage.size"));
  EXPECT_THAT(grown.error().message, HasSubstr("data-heat-broker-0 cannot grow to 2Gi"));
  EXPECT_THAT(grown.error().message, HasSubstr("allowVolumeExpansion: true"));
  EXPECT_EQ(patched().size(), 2U);
}

TEST_F(GrowTest, AMissingRightIsToldAsSuchAndTriedAgain) {
  answer = [](const http::Request&) {
    return refusal(403, "Forbidden",
                   "persistentvolumeclaims \"x\" is forbidden: User \"o\" cannot patch resource "
                   "\"persistentvolumeclaims\" in API group \"\" in the namespace \"ns\"");
  };
  const auto grown = grow();
  ASSERT_FALSE(grown);
  EXPECT_FALSE(grown.error().final);
  EXPECT_THAT(grown.error().message, HasSubstr("clusterrole.yaml"));
}

// Nobody can make a volume smaller again: a spec that has changed meanwhile is not acted on.
TEST_F(GrowTest, NothingGrowsForASpecThatHasChanged) {
  json::Value newer = cluster;
  newer["metadata"]["generation"] = 3;
  api.transport->answer = [&](const http::Request&) { return http::Response{200, {}, newer.dump()}; };
  EXPECT_FALSE(grow());
  EXPECT_TRUE(patched().empty());
}

}  // namespace
