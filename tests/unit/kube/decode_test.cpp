#include "kube/decode.h"

#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "samples.h"

namespace {

using kube::EventType;
using kube::types::config_map;
using kube::types::stateful_set;

const kube::Projection all{{"metadata", "spec", "data"}};

std::string config_map_text(const std::string& metadata, const std::string& rest = "") {
  return R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{)" + metadata + "}" + rest + "}";
}

TEST(DecodeObject, ReadsIdentityOfARealObject) {
  const auto object = kube::decode_object(sample_text("stateful_set.live.json"), stateful_set, {});
  ASSERT_TRUE(object.has_value()) << object.error().message;
  EXPECT_EQ((*object)->key.text(), "decode-samples/heat-engine");
  EXPECT_EQ((*object)->uid, json::string_at(sample("stateful_set.live.json"), "/metadata/uid"));
  EXPECT_EQ((*object)->resource_version,
            json::string_at(sample("stateful_set.live.json"), "/metadata/resourceVersion"));
  EXPECT_EQ((*object)->generation, 1);
  EXPECT_FALSE((*object)->deleting);
  EXPECT_EQ((*object)->owner_kind, "ConfigMap");
  EXPECT_EQ((*object)->owner_name, "owner");
  EXPECT_EQ((*object)->owner_uid,
            json::string_at(sample("stateful_set.live.json")["metadata"]["ownerReferences"][0], "/uid"));
}

TEST(DecodeObject, TakesOnlyTheControllerForTheOwner) {
  const auto object = kube::decode_object(
      config_map_text(
          R"("name":"a","ownerReferences":[{"uid":"1"},{"uid":"2","controller":false},{"uid":"3","controller":true}])"),
      config_map, {});
  EXPECT_EQ(object.value()->owner_uid, "3");
}

TEST(DecodeObject, SeesThatItIsBeingDeleted) {
  const auto object =
      kube::decode_object(config_map_text(R"("name":"a","deletionTimestamp":"2026-01-01T00:00:00Z")"), config_map, {});
  EXPECT_TRUE(object.value()->deleting);
}

TEST(DecodeObject, KeepsExactlyTheProjectedPaths) {
  const auto object = kube::decode_object(sample_text("stateful_set.live.json"), stateful_set,
                                          {{"metadata.labels", "spec.replicas", "status", "spec.no.such", "nothing"}});
  const json::Value live = sample("stateful_set.live.json");
  EXPECT_EQ(object.value()->parsed(), (json::Value{{"metadata", {{"labels", live["metadata"]["labels"]}}},
                                                   {"spec", {{"replicas", 3}}},
                                                   {"status", live["status"]}}));
}

TEST(DecodeObject, FollowsPathsThroughLists) {
  const std::string list = R"([{"a":1,"b":{"c":"x","d":2}},{"b":{"c":"y"}},{"e":3},4,[{"a":5}]])";
  const auto kept = [&](const kube::Projection& projection) {
    return kube::decode_object(config_map_text(R"("name":"a")", R"(,"data":)" + list), config_map, projection)
        .value()
        ->parsed();
  };
  EXPECT_EQ(kept({{"data.a", "data.b.c"}}),
            json::parse(R"({"data":[{"a":1,"b":{"c":"x"}},{"b":{"c":"y"}},{},{},{}]})").value());
  EXPECT_EQ(kept({{"data.z"}}), json::Value::object()) << "a path that leads nowhere";
  EXPECT_EQ(kept({{"data", "data.a"}}).at("data"), json::parse(list).value()) << "the whole list";
}

TEST(DecodeObject, NeverKeepsManagedFields) {
  for (const kube::Projection& projection :
       {kube::Projection{{"metadata"}}, kube::Projection{{"metadata.managedFields"}}}) {
    const auto object = kube::decode_object(sample_text("service.live.json"), kube::types::service, projection);
    EXPECT_EQ(object.value()->fields.find("managedFields"), std::string::npos);
  }
}

TEST(DecodeObject, KeepsTheWiderOfTwoPaths) {
  const auto object =
      kube::decode_object(sample_text("service.live.json"), kube::types::service, {{"spec.type", "spec"}});
  EXPECT_EQ(object.value()->parsed()["spec"], sample("service.live.json")["spec"]);
}

TEST(DecodeObject, KeepsNothingWhereNoPathIsThere) {
  EXPECT_EQ(kube::decode_object(config_map_text(R"("name":"a")"), config_map, {{"spec.x"}}).value()->fields, "");
}

TEST(DecodeObject, KeepsTextsAndNumbersAsTheyAre) {
  const std::string data = R"({"text":"a\"b\\\n\u00e9\ud83d\ude00","big":12345678901234567890,"real":0.1,"null":null})";
  const auto object =
      kube::decode_object(config_map_text(R"("name":"a")", R"(,"data":)" + data), config_map, {{"data"}});
  EXPECT_EQ(object.value()->parsed()["data"], json::parse(data).value());
}

TEST(DecodeObject, RefusesWhatIsNotTheExpectedKind) {
  EXPECT_FALSE(kube::decode_object(sample_text("service.live.json"), config_map, {}).has_value());
  EXPECT_FALSE(
      kube::decode_object(R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","rows":[]})", config_map, {}).has_value());
  EXPECT_FALSE(kube::decode_object(R"({"kind":"ConfigMap","apiVersion":"v2","metadata":{"name":"a"}})", config_map, {})
                   .has_value());
}

TEST(DecodeObject, RefusesWhatHasNoName) {
  EXPECT_FALSE(kube::decode_object(R"({"kind":"ConfigMap","apiVersion":"v1"})", config_map, {}).has_value());
  EXPECT_FALSE(kube::decode_object(config_map_text(""), config_map, {}).has_value());
  EXPECT_FALSE(kube::decode_object(config_map_text(R"("name":7)"), config_map, {}).has_value());
}

TEST(DecodeObject, RefusesWhatIsNotOneJsonValue) {
  const std::string good = config_map_text(R"("name":"a")");
  EXPECT_TRUE(kube::decode_object(good + " \n", config_map, {}).has_value());
  for (const std::string& bad : {std::string(), std::string("null"), std::string("[]"), good.substr(0, good.size() - 1),
                                 good + good, good + "x", std::string("\0", 1), good + std::string("\0x", 2)}) {
    EXPECT_FALSE(kube::decode_object(bad, config_map, {}).has_value()) << bad;
  }
}

TEST(DecodeObject, RefusesNestingWithoutEnd) {
  const std::string opening = R"({"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":)";
  const auto nested = [&](std::size_t depth) {
    return opening + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(kube::decode_object(nested(199), config_map, all).has_value());
  EXPECT_FALSE(kube::decode_object(nested(200), config_map, all).has_value());
  EXPECT_FALSE(kube::decode_object(opening + std::string(3'000'000, '['), config_map, all).has_value());
  std::string objects;
  for (int i = 0; i < 300'000; ++i) objects += R"({"a":)";
  EXPECT_FALSE(kube::decode_object(opening + objects, config_map, all).has_value());
}

TEST(DecodeWatchEvent, ReadsARealStreamingListToItsEnd) {
  std::istringstream stream(sample_text("watch_stream.jsonl"));
  std::string line;
  std::vector<kube::WatchEvent> events;
  while (std::getline(stream, line)) {
    auto event = kube::decode_watch_event(line, stateful_set, {});
    ASSERT_TRUE(event.has_value()) << event.error().message;
    events.push_back(*event);
  }
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].type, EventType::added);
  EXPECT_EQ(events[0].object->key.name, "heat-engine");
  EXPECT_EQ(events[0].resource_version, events[0].object->resource_version);
  EXPECT_FALSE(events[0].initial_events_end);
  EXPECT_EQ(events[1].type, EventType::bookmark);
  EXPECT_TRUE(events[1].initial_events_end);
  EXPECT_FALSE(events[1].resource_version.empty());
}

TEST(DecodeWatchEvent, ReadsTheStatusOfAnError) {
  const auto event = kube::decode_watch_event(
      R"({"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version",)"
      R"("reason":"Expired","code":410,"details":{"retryAfterSeconds":7}}})",
      config_map, {});
  EXPECT_EQ(event.value().type, EventType::error);
  EXPECT_TRUE(event.value().status.gone());
  EXPECT_EQ(event.value().status.reason, "Expired");
  EXPECT_EQ(event.value().status.retry_after, std::chrono::seconds(7));
}

TEST(DecodeWatchEvent, RefusesUnknownTypesTablesAndBareBookmarks) {
  for (const char* line :
       {R"({"type":"SYNC","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}})",
        R"({"type":"ADDED","object":{"kind":"Table","apiVersion":"meta.k8s.io/v1"}})",
        R"({"type":"ADDED","object":{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}})",
        R"({"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{}}})", R"({"type":"ADDED"})",
        R"({"type":"ADDED","object":null})", R"({"object":{}})", R"([])", "{", ""}) {
    EXPECT_FALSE(kube::decode_watch_event(line, config_map, {}).has_value()) << line;
  }
}

TEST(DecodeList, ReadsARealPage) {
  const auto list = kube::decode_list(sample_text("config_map_list.json"), config_map, {{"data"}});
  ASSERT_TRUE(list.has_value()) << list.error().message;
  const json::Value expected = sample("config_map_list.json");
  EXPECT_EQ(list->resource_version, json::string_at(expected, "/metadata/resourceVersion"));
  EXPECT_EQ(list->continue_token, json::string_at(expected, "/metadata/continue"));
  ASSERT_EQ(list->items.size(), expected["items"].size());
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    EXPECT_EQ(list->items[i]->key.name, json::string_at(expected["items"][i], "/metadata/name"));
    EXPECT_EQ(list->items[i]->parsed()["data"], expected["items"][i]["data"]);
  }
}

TEST(DecodeList, ReadsMembersInAnyOrderAndNullItems) {
  const auto list = kube::decode_list(
      R"( { "items" : null , "metadata":{"resourceVersion":"7"}, "apiVersion":"v1","kind":"ConfigMapList" } )",
      config_map, {});
  ASSERT_TRUE(list.has_value()) << list.error().message;
  EXPECT_TRUE(list->items.empty());
  EXPECT_EQ(list->resource_version, "7");
}

TEST(DecodeList, RefusesWhatIsNotAListOfTheKind) {
  const std::string head = R"({"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"7"})";
  EXPECT_TRUE(kube::decode_list(head + R"(,"items":[]})", config_map, {}).has_value());
  for (const std::string& bad :
       {head + "}", head + R"(,"items":{}})", head + R"(,"items":[})", head + R"(,"items":[{}]})",
        head + R"(,"items":[{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}]})", head + R"(,"items":[]}})",
        head + R"(,"items":[])", head + ",}", std::string("{}"), std::string(),
        std::string(R"({"kind":"ConfigMapList","apiVersion":"v1","items":[]})"),
        std::string(R"({"kind":"SecretList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[]})")}) {
    EXPECT_FALSE(kube::decode_list(bad, config_map, {}).has_value()) << bad;
  }
}

// Whatever a broken server or a proxy sends: an answer, never a crash. ASan and UBSan watch.
TEST(Decode, SurvivesRandomDamage) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string event = R"({"type":"MODIFIED","object":)" + sample_text("service.live.json") + "}";
  const std::string list = sample_text("config_map_list.json");
  const std::string marks = "{}[]\",:\\0-eE.tfn \x01\xff";
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = round % 2 == 0 ? event : list;
    const std::size_t hits = 1 + random() % 4;
    for (std::size_t i = 0; i < hits; ++i) damaged[random() % damaged.size()] = marks[random() % marks.size()];
    if (random() % 4 == 0) damaged.resize(random() % damaged.size());
    if (round % 2 == 0) {
      (void)kube::decode_watch_event(damaged, kube::types::service, all);
    } else {
      (void)kube::decode_list(damaged, config_map, all);
    }
  }
}

}  // namespace
