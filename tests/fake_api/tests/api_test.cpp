#include "fake_api/api.h"

#include <gtest/gtest.h>

namespace {

using fake_api::Key;
using json::Value;

class ApiTest : public testing::Test {
 protected:
  ApiTest() : api_(store_) {}

  fake_api::Response send(const std::string& method, const std::string& target, const Value& body = Value::object()) {
    return api_.handle(fake_api::parse_request(method, target, "application/merge-patch+json", body.dump()));
  }
  static Value config_map(const std::string& name, const Value& labels = Value::object()) {
    return {{"apiVersion", "v1"},
            {"kind", "ConfigMap"},
            {"metadata", {{"name", name}, {"namespace", "default"}, {"labels", labels}}}};
  }
  static std::vector<std::string> names(const Value& list) {
    std::vector<std::string> found;
    for (const Value& item : list["items"]) found.push_back(json::string_at(item, "/metadata/name"));
    return found;
  }

  fake_api::Store store_;
  fake_api::Api api_;
};

const std::string maps = "/api/v1/namespaces/default/configmaps";

TEST_F(ApiTest, CreateGivesAnIdentityAndRefusesASecondOfTheName) {
  const fake_api::Response created = send("POST", maps, config_map("a"));
  EXPECT_EQ(created.status, 201);
  EXPECT_FALSE(json::string_at(created.parsed(), "/metadata/uid").empty());
  EXPECT_EQ(json::string_at(created.parsed(), "/metadata/resourceVersion"), std::to_string(store_.version()));
  const fake_api::Response again = send("POST", maps, config_map("a"));
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(json::string_at(again.parsed(), "/reason"), "AlreadyExists");
}

TEST_F(ApiTest, UnknownObjectsAndKindsAreNotFound) {
  EXPECT_EQ(send("GET", maps + "/none").status, 404);
  EXPECT_EQ(json::string_at(send("GET", maps + "/none").parsed(), "/reason"), "NotFound");
  EXPECT_EQ(send("GET", "/api/v1/namespaces/default/nothings").status, 404);
  EXPECT_EQ(send("GET", "/version").parsed()["major"], "1");
}

TEST_F(ApiTest, ListSelectsByLabelAndNamespace) {
  api_.create(config_map("a", {{"x", "1"}, {"y", "1"}}));
  api_.create(config_map("b", {{"x", "1"}}));
  api_.create({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "c"}, {"namespace", "other"}}}});
  EXPECT_EQ(names(send("GET", maps).parsed()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(names(send("GET", "/api/v1/configmaps").parsed()), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(names(send("GET", maps + "?labelSelector=x%3D1%2Cy%3D1").parsed()), (std::vector<std::string>{"a"}));
  EXPECT_EQ(names(send("GET", maps + "?labelSelector=x%3D1%2Cy!%3D1").parsed()), (std::vector<std::string>{"b"}));
}

TEST_F(ApiTest, PagesShowOneStateUntilItIsCompacted) {
  for (const char* name : {"a", "b", "c", "d"}) api_.create(config_map(name));
  const Value first = send("GET", maps + "?limit=2").parsed();
  EXPECT_EQ(names(first), (std::vector<std::string>{"a", "b"}));
  const std::string next = first["metadata"]["continue"];
  api_.remove({"configmaps", "default", "c"});
  EXPECT_EQ(names(send("GET", maps + "?limit=2&continue=" + next).parsed()), (std::vector<std::string>{"c", "d"}));
  store_.compact(store_.version());
  const fake_api::Response expired = send("GET", maps + "?limit=2&continue=" + next);
  EXPECT_EQ(expired.status, 410);
  EXPECT_EQ(json::string_at(expired.parsed(), "/reason"), "Expired");
}

TEST_F(ApiTest, AListOfAVersionThatIsNotThereYetIsTooLarge) {
  const fake_api::Response early = send("GET", maps + "?resourceVersion=" + std::to_string(store_.version() + 1));
  EXPECT_EQ(early.status, 504);
  EXPECT_EQ(early.parsed()["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
}

TEST_F(ApiTest, DeleteHonoursPreconditions) {
  const Value created = api_.create(config_map("a"));
  EXPECT_EQ(send("DELETE", maps + "/a", {{"preconditions", {{"uid", "another"}}}}).status, 409);
  EXPECT_EQ(send("DELETE", maps + "/a", {{"preconditions", {{"resourceVersion", "1"}}}}).status, 409);
  EXPECT_EQ(send("DELETE", maps + "/a", {{"preconditions", {{"uid", created["metadata"]["uid"]}}}}).status, 200);
  EXPECT_EQ(send("GET", maps + "/a").status, 404);
}

TEST_F(ApiTest, AFinalizerHoldsADeletedObjectUntilItIsGone) {
  Value held = config_map("a");
  held["metadata"]["finalizers"] = Value::array({"example.com/hold"});
  api_.create(held);
  EXPECT_EQ(send("DELETE", maps + "/a").status, 200);
  EXPECT_TRUE(api_.read({"configmaps", "default", "a"})["metadata"].contains("deletionTimestamp"));
  api_.patch({"configmaps", "default", "a"}, {{"metadata", {{"finalizers", nullptr}}}});
  EXPECT_TRUE(api_.read({"configmaps", "default", "a"}).is_null());
}

TEST_F(ApiTest, StatusAndSpecAreWrittenApartAndOnlySpecBumpsTheGeneration) {
  const Key key{"heatclusters", "default", "heat"};
  const Value cluster = {{"apiVersion", "heat.openstack.org/v1alpha1"},
                         {"kind", "HeatCluster"},
                         {"metadata", {{"name", "heat"}, {"namespace", "default"}}},
                         {"spec", {{"release", "2025.1"}}},
                         {"status", {{"observedGeneration", 7}}}};
  EXPECT_EQ(api_.create(cluster)["status"]["observedGeneration"], -1);
  EXPECT_EQ(api_.patch(key, {{"spec", {{"release", "2025.2"}}}, {"status", {{"x", 1}}}})["metadata"]["generation"], 2);
  EXPECT_FALSE(api_.read(key)["status"].contains("x"));
  const Value after = api_.patch(key, {{"spec", {{"release", "zed"}}}, {"status", {{"x", 1}}}}, "me", "status");
  EXPECT_EQ(after["metadata"]["generation"], 2);
  EXPECT_EQ(after["spec"]["release"], "2025.2");
  EXPECT_EQ(after["status"]["x"], 1);
}

TEST_F(ApiTest, UpdateNeedsTheResourceVersionThatItWasMadeFrom) {
  Value map = api_.create(config_map("a"));
  map["data"]["key"] = "value";
  EXPECT_EQ(send("PUT", maps + "/a", map).status, 200);
  EXPECT_EQ(send("PUT", maps + "/a", map).status, 409);
}

TEST_F(ApiTest, SecretsTurnTextIntoData) {
  const Value secret = api_.create({{"apiVersion", "v1"},
                                    {"kind", "Secret"},
                                    {"metadata", {{"name", "s"}, {"namespace", "default"}}},
                                    {"stringData", {{"a", "1"}}}});
  EXPECT_EQ(secret["data"]["a"], "MQ==");
  EXPECT_FALSE(secret.contains("stringData"));
}

}  // namespace
