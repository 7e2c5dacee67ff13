// A replica count reaches its workload before anything else is asked for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/kinds.h"
#include "heat/names.h"
#include "kube/decode.h"
#include "kube/model/applied_hash.h"
#include "reconcile/reconciler.h"
#include "scripted_world.h"

namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

json::Value heat_cluster(std::int64_t generation, const json::Value& spec_patch) {
  json::Value object = json::parse(R"({
    "apiVersion": "heat.openstack.org/v1alpha1", "kind": "HeatCluster",
    "metadata": {"name": "heat", "namespace": "ns", "uid": "u", "resourceVersion": "7"},
    "spec": {"images": {"heat": {"image": "heat:1"}}, "engine": {"replicas": 2}, "proxy": {"replicas": 0},
             "api": {"replicas": 0}, "cfn": {"replicas": 0}, "database": {"secretName": "db"},
             "broker": {"external": {"hosts": [{"host": "rabbit"}], "credentialsSecret": {"name": "mq"}}},
             "identity": {"noauth": {}}},
    "status": {"observedGeneration": 1}})")
                           .value();
  object["metadata"]["generation"] = generation;
  object["spec"].merge_patch(spec_patch);
  return object;
}

// HeatCluster generation 1 has converged with 2 engines; its Secrets were read then.
class ScaleAheadTest : public ::testing::Test, protected ScriptedWorld {
 protected:
  ScaleAheadTest() {
    api.transport->answer = [this](const http::Request& request) { return answer(request); };
    observed.secrets["db"] = heat::SecretData{{"connection", "mysql://u:p@h/d"}};
    observed.secrets["mq"] = heat::SecretData{{"username", "u"}, {"password", "p"}};
    observed.secrets["heat-encryption-key"] = heat::SecretData{{"key", std::string(32, 'k')}};
    for (const char* name : {"db", "mq", "heat-encryption-key"}) {
      EXPECT_TRUE(secrets.read({"ns", name}, base::Duration{0}, {}));
    }
    put_engine();
    api.transport->asked.clear();
  }

  // The StatefulSet as generation 1 wants it, behind a db-sync Job that is complete.
  void put_engine() {
    const heat::Spec spec = heat::parse(heat_cluster(1, json::Value::object())).value();
    for (const heat::Stage& stage : heat::desired(spec, observed).stages) {
      for (const heat::DesiredObject& object : stage.objects) {
        if (*object.type == kube::types::job)
          stores["jobs"].wrote(live(object, R"({"status":{"conditions":[{"type":"Complete","status":"True"}]}})"));
        if (*object.type == kube::types::stateful_set) stores["statefulsets"].wrote(live(object, "{}"));
      }
    }
  }

  static kube::ObjectPtr live(const heat::DesiredObject& object, const std::string& status) {
    kube::Object made;
    made.key = {"ns", object.name};
    made.uid = object.name;
    made.resource_version = "41";
    made.owner_uid = "u";
    made.owner_kind = "HeatCluster";
    made.owner_name = "heat";
    made.applied_hash = kube::applied_hash(object.body());
    json::Value fields = object.body();
    fields.merge_patch(json::parse(status).value());
    made.fields = fields.dump();
    return std::make_shared<kube::Object>(made);
  }

  http::Response answer(const http::Request& request) const {
    const auto secret = [](const char* data) {
      return http::Response{
          200,
          {},
          std::string(
              R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"x","namespace":"ns","uid":"s"},"data":)") +
              data + "}"};
    };
    if (request.method == "PATCH") return {500, {}, "{}"};
    if (request.target.ends_with("/secrets/db")) return secret(R"({"connection":"bXlzcWw6Ly91OnBAaC9k"})");
    if (request.target.ends_with("/secrets/mq")) return secret(R"({"username":"dQ==","password":"cA=="})");
    if (request.target.ends_with("-encryption-key"))
      return secret(R"({"key":"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="})");
    if (request.target.ends_with("/heatclusters/heat")) return {200, {}, cluster.dump()};
    return {404, {}, R"({"kind":"Status","reason":"NotFound","message":"not found","code":404})"};
  }

  // What is asked of the API server, in order, when the HeatCluster has become `changed`.
  std::vector<std::string> asked_after(const json::Value& changed) {
    cluster = changed;
    clusters.wrote(*kube::decode_object(changed.dump(), heat::heat_cluster, heat::watched_kinds().front().projection));
    static_cast<void>(reconcile::Reconciler(world(), {}).reconcile({"ns", "heat"}, 0, {}));
    std::vector<std::string> asked;
    for (const http::Request& request : api.transport->asked) asked.push_back(request.method + " " + request.target);
    return asked;
  }

  heat::Observed observed;
  json::Value cluster;
};

TEST_F(ScaleAheadTest, MoreReplicasGoOutBeforeAnythingIsRead) {
  const auto asked = asked_after(heat_cluster(2, {{"engine", {{"replicas", 3}}}}));
  ASSERT_GE(asked.size(), 2U);
  EXPECT_THAT(asked[0], StartsWith("PATCH /apis/apps/v1/namespaces/ns/statefulsets/heat-engine"));
  EXPECT_THAT(asked[1], StartsWith("GET /api/v1/namespaces/ns/secrets/"));
}

TEST_F(ScaleAheadTest, MoreReplicasAreForTheVeryWorkloadThatWasCompared) {
  static_cast<void>(asked_after(heat_cluster(2, {{"engine", {{"replicas", 3}}}})));
  const json::Value body = json::parse(api.transport->asked.front().body).value();
  EXPECT_EQ(json::string_at(body, "/metadata/uid"), "heat-engine");
  EXPECT_EQ(json::string_at(body, "/metadata/resourceVersion"), "41");
}

TEST_F(ScaleAheadTest, FewerReplicasGoOutAtOnceWhereTheViewIsKnownToBeNoOlderThanWhatWasDone) {
  seen.saw(*kube::decode_object(heat_cluster(1, {}).dump(), heat::heat_cluster, {}).value());
  const auto asked = asked_after(heat_cluster(2, {{"engine", {{"replicas", 1}}}}));
  ASSERT_FALSE(asked.empty());
  EXPECT_THAT(asked[0], StartsWith("PATCH /apis/apps/v1/namespaces/ns/statefulsets/heat-engine"));
}

TEST_F(ScaleAheadTest, FewerReplicasGoOutAfterOneLiveReadWhereThisProcessHasConfirmedNothing) {
  const auto asked = asked_after(heat_cluster(2, {{"engine", {{"replicas", 1}}}}));
  ASSERT_GE(asked.size(), 3U);
  EXPECT_THAT(asked[0], StartsWith("GET /apis/heat.openstack.org/v1alpha1/namespaces/ns/heatclusters/heat"));
  EXPECT_THAT(asked[1], StartsWith("PATCH /apis/apps/v1/namespaces/ns/statefulsets/heat-engine"));
  EXPECT_THAT(asked[2], StartsWith("GET /api/v1/namespaces/ns/secrets/"));
}

TEST_F(ScaleAheadTest, WhatAlsoChangesTheTemplateWaitsForTheSecrets) {
  const auto asked = asked_after(heat_cluster(2, {{"engine", {{"replicas", 3}, {"workers", 4}}}}));
  ASSERT_FALSE(asked.empty());
  EXPECT_THAT(asked[0], StartsWith("GET /api/v1/namespaces/ns/secrets/"));
}

TEST_F(ScaleAheadTest, SecretsThatWereReadLongAgoAreReadFirst) {
  api.clock.advance(std::chrono::minutes(10));
  const auto asked = asked_after(heat_cluster(2, {{"engine", {{"replicas", 3}}}}));
  ASSERT_FALSE(asked.empty());
  EXPECT_THAT(asked[0], StartsWith("GET /api/v1/namespaces/ns/secrets/"));
}

}  // namespace
