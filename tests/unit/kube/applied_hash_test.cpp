#include "kube/model/applied_hash.h"

#include <gtest/gtest.h>

#include "kube/decode.h"
#include "samples.h"

namespace {

using kube::applied_hash;

const kube::ResourceType& type_of(const json::Value& object) {
  for (const kube::ResourceType* type : {&kube::types::config_map, &kube::types::service, &kube::types::service_account,
                                         &kube::types::stateful_set, &kube::types::job}) {
    if (json::string_at(object, "/kind") == type->kind) return *type;
  }
  throw std::logic_error("a sample of an unknown kind");
}

std::uint64_t live_hash(const json::Value& live) {
  const auto object = kube::decode_object(live.dump(), type_of(live), {});
  return object.has_value() ? (*object)->applied_hash : 0;
}

class LiveSample : public testing::TestWithParam<const char*> {};

TEST_P(LiveSample, HashesLikeTheBodyThatWasApplied) {
  const std::string name = GetParam();
  EXPECT_EQ(live_hash(sample(name + ".live.json")), applied_hash(sample(name + ".apply.json")));
}
INSTANTIATE_TEST_SUITE_P(Kinds, LiveSample,
                         testing::Values("config_map", "service", "service_account", "stateful_set", "job",
                                         "stateful_set.reordered"));

class StatefulSetSample : public testing::Test {
 protected:
  static std::uint64_t live(const std::string& state) {
    return live_hash(sample("stateful_set." + state + ".live.json"));
  }
  const std::uint64_t desired = applied_hash(sample("stateful_set.apply.json"));
};

TEST_F(StatefulSetSample, IsUntouchedByWhatOthersAdded) { EXPECT_EQ(live("foreign_additions"), desired); }
TEST_F(StatefulSetSample, IsUntouchedAgainAfterApplying) { EXPECT_EQ(live("reapplied"), desired); }
TEST_F(StatefulSetSample, DiffersWhenSomebodyScaled) { EXPECT_NE(live("scaled"), desired); }
TEST_F(StatefulSetSample, DiffersWhenSomebodyChangedTheImage) { EXPECT_NE(live("image_edited"), desired); }
TEST_F(StatefulSetSample, DiffersWhenAFieldOfOursWasDeleted) { EXPECT_NE(live("field_deleted"), desired); }
TEST_F(StatefulSetSample, DiffersWhenSomebodyTookAField) { EXPECT_NE(live("stolen"), desired); }
TEST_F(StatefulSetSample, DiffersWhenWeOwnMoreThanWeWant) { EXPECT_NE(live("more_than_body"), desired); }
TEST_F(StatefulSetSample, DiffersWhenOurListsHadAnotherOrder) { EXPECT_NE(live("reordered"), desired); }

// A live ConfigMap-like object with `fields` as our entry.
json::Value object_with(json::Value body, const json::Value& fields) {
  body["apiVersion"] = "v1";
  body["kind"] = "ConfigMap";
  body["metadata"]["name"] = "a";
  body["metadata"]["managedFields"] = json::Value::array({
      {{"manager", "other"}, {"operation", "Apply"}, {"fieldsV1", {{"f:data", {{"f:theirs", json::Value::object()}}}}}},
      {{"manager", "heat-operator"}, {"operation", "Update"}, {"fieldsV1", json::Value::object()}},
      {{"manager", "heat-operator"},
       {"operation", "Apply"},
       {"subresource", "status"},
       {"fieldsV1", json::Value::object()}},
      {{"manager", "heat-operator"}, {"operation", "Apply"}, {"fieldsV1", fields}},
  });
  return body;
}

std::uint64_t body_hash(json::Value body) {
  body["apiVersion"] = "v1";
  body["kind"] = "ConfigMap";
  body["metadata"]["name"] = "a";
  return applied_hash(body);
}

const json::Value whole = json::Value::object();

TEST(LiveHash, IsZeroWithoutAnEntryOfOurs) {
  EXPECT_EQ(live_hash({{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", "a"}}}}), 0u);
}

TEST(LiveHash, OfAnEntryWithoutFieldsIsThatOfABodyOfNothing) {
  EXPECT_EQ(live_hash(object_with({{"data", {{"a", "b"}}}}, whole)), body_hash(json::Value::object()));
}

TEST(LiveHash, IgnoresIdentityInMetadata) {
  const json::Value live =
      object_with({{"metadata", {{"labels", {{"x", "y"}}}, {"namespace", "n"}}}},
                  {{"f:metadata", {{"f:name", whole}, {"f:namespace", whole}, {"f:labels", {{"f:x", whole}}}}}});
  EXPECT_EQ(live_hash(live), body_hash({{"metadata", {{"labels", {{"x", "y"}}}}}}));
}

TEST(LiveHash, KeepsKeysWithDotsAndSlashesApart) {
  const json::Value labels = {{"app.kubernetes.io/name", "heat"}, {"a/b.c", "d"}, {"a", "e"}};
  json::Value fields;
  for (const auto& [key, value] : labels.items()) fields["f:" + key] = whole;
  EXPECT_EQ(live_hash(object_with({{"metadata", {{"labels", labels}}}}, {{"f:metadata", {{"f:labels", fields}}}})),
            body_hash({{"metadata", {{"labels", labels}}}}));
}

TEST(LiveHash, TakesAnEmptyObjectAsAValue) {
  const json::Value body = {{"spec", {{"emptyDir", whole}}}};
  EXPECT_EQ(live_hash(object_with(body, {{"f:spec", {{"f:emptyDir", whole}}}})), body_hash(body));
  EXPECT_NE(live_hash(object_with(body, {{"f:spec", whole}})), body_hash(json::Value::object()));
}

TEST(LiveHash, TakesAnAtomicListWhole) {
  const json::Value body = {{"args", {"-c", {{"deep", {1, 2}}}, json::Value::array({"nested", json::Value::array()})}}};
  EXPECT_EQ(live_hash(object_with(body, {{"f:args", whole}})), body_hash(body));
}

TEST(LiveHash, TakesOnlyOurItemsOfAListMapInLiveOrder) {
  const json::Value live = {{"ports",
                             {{{"containerPort", 9}, {"protocol", "TCP"}, {"name", "theirs"}},
                              {{"containerPort", 8004}, {"protocol", "UDP"}, {"name", "u"}, {"extra", true}},
                              {{"containerPort", 8004}, {"protocol", "TCP"}, {"name", "t"}}}}};
  const json::Value item = {{".", whole}, {"f:containerPort", whole}, {"f:name", whole}, {"f:protocol", whole}};
  const json::Value fields = {{"f:ports",
                               {{R"(k:{"containerPort":8004,"protocol":"TCP"})", item},
                                {R"(k:{"containerPort":8004,"protocol":"UDP"})", item}}}};
  EXPECT_EQ(live_hash(object_with(live, fields)),
            body_hash({{"ports",
                        {{{"containerPort", 8004}, {"protocol", "UDP"}, {"name", "u"}},
                         {{"containerPort", 8004}, {"protocol", "TCP"}, {"name", "t"}}}}}));
}

TEST(LiveHash, MatchesKeysWithEscapesAndNonAscii) {
  const std::string name = "a\"b\\c<ö>";
  const json::Value live = {{"items", {{{"name", name}, {"value", 1}}}}};
  const std::string key = R"(k:{"name":"a\"b\\c\u003cö\u003e"})";
  EXPECT_EQ(live_hash(object_with(live, {{"f:items", {{key, {{"f:name", whole}, {"f:value", whole}}}}}})),
            body_hash(live));
}

TEST(LiveHash, TakesOnlyOurItemsOfASet) {
  const json::Value live = {{"metadata", {{"finalizers", {"theirs", "ours/x"}}}}};
  EXPECT_EQ(live_hash(object_with(live, {{"f:metadata", {{"f:finalizers", {{R"(v:"ours/x")", whole}}}}}})),
            body_hash({{"metadata", {{"finalizers", {"ours/x"}}}}}));
}

TEST(LiveHash, TakesOurItemsOfAListByPosition) {
  const json::Value live = {{"list", {"a", "b", "c"}}};
  EXPECT_EQ(live_hash(object_with(live, {{"f:list", {{"i:1", whole}, {"i:9", whole}}}})), body_hash({{"list", {"b"}}}));
}

TEST(LiveHash, LeavesOutWhatIsGoneFromTheObject) {
  EXPECT_EQ(live_hash(object_with({{"data", {{"a", "1"}}}}, {{"f:data", {{"f:a", whole}, {"f:gone", whole}}}})),
            body_hash({{"data", {{"a", "1"}}}}));
}

TEST(LiveHash, SurvivesFieldSetsThatDoNotFitTheObject) {
  const json::Value live = {{"a", "text"}, {"b", {1, 2}}, {"c", {{"d", 1}}}};
  const json::Value nonsense = {{"f:a", {{"f:x", whole}}},
                                {"f:b",
                                 {{"f:x", whole},
                                  {"k:", whole},
                                  {"k:{", whole},
                                  {"k:{}", whole},
                                  {"k:{\"a\"}", whole},
                                  {"k:{\"a\":}", whole},
                                  {"k:{\"a\":\"", whole},
                                  {"v:", whole},
                                  {"v:{", whole},
                                  {"i:-1", whole},
                                  {"i:x", whole},
                                  {"", whole},
                                  {"k", whole}}},
                                {"f:c", "not an object"},
                                {"nonsense", whole}};
  EXPECT_NE(live_hash(object_with(live, nonsense)), 0u);
}

TEST(LiveHash, TellsIntegersFromTheirText) {
  EXPECT_NE(live_hash(object_with({{"a", "1"}}, {{"f:a", whole}})), body_hash({{"a", 1}}));
  EXPECT_EQ(live_hash(object_with({{"a", -9223372036854775807}}, {{"f:a", whole}})),
            body_hash({{"a", -9223372036854775807}}));
}

TEST(AppliedHash, TakesAWholeRealAsTheIntegerThatTheServerMakesOfIt) {
  EXPECT_EQ(body_hash({{"a", 1.0}}), body_hash({{"a", 1}}));
  EXPECT_NE(body_hash({{"a", 1.5}}), body_hash({{"a", 1}}));
  EXPECT_NE(body_hash({{"a", 1e-9}}), body_hash({{"a", 2e-9}}));
}

TEST(AppliedHash, TellsStructuresApart) {
  EXPECT_NE(body_hash({{"a", {{"b", "c"}}}}), body_hash({{"a", {"b", "c"}}}));
  EXPECT_NE(body_hash({{"a", {{"b", ""}}}, {"c", ""}}), body_hash({{"a", {{"b", ""}, {"c", ""}}}}));
  EXPECT_NE(body_hash({{"a", json::Value::array({json::Value::array()})}}), body_hash({{"a", json::Value::array()}}));
}

}  // namespace
