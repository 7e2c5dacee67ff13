#include "json/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace json {
namespace {

using testing::HasSubstr;

TEST(Json, ParsesADocument) { EXPECT_EQ(parse(R"({"b":1,"a":[2]})")->dump(), R"({"a":[2],"b":1})"); }

TEST(Json, RefusesBrokenText) {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1} x", "nul"}) EXPECT_FALSE(parse(text)) << text;
}

TEST(Json, RefusesDeepNesting) {
  EXPECT_TRUE(parse(std::string(200, '[') + std::string(200, ']')));
  const auto deep = parse(std::string(201, '[') + std::string(201, ']'));
  ASSERT_FALSE(deep);
  EXPECT_THAT(deep.error().message, HasSubstr("deeper than 200"));
}

TEST(Json, DoesNotCountBracketsInsideStrings) {
  EXPECT_TRUE(parse("\"" + std::string(500, '[') + "\\\"" + std::string(500, '{') + "\""));
}

TEST(Json, FindsThroughObjects) {
  const Value value = *parse(R"({"spec":{"engine":{"replicas":3}}})");
  EXPECT_EQ(integer_at(value, "/spec/engine/replicas"), 3);
  EXPECT_EQ(find(value, ""), &value);
}

TEST(Json, FindsNothingWhereAStepIsMissingOrNoObject) {
  const Value value = *parse(R"({"spec":{"list":[1],"text":"x"}})");
  EXPECT_EQ(find(value, "/status/x"), nullptr);
  EXPECT_EQ(find(value, "/spec/list/0"), nullptr);
  EXPECT_EQ(find(value, "/spec/text/x"), nullptr);
}

TEST(Json, FallsBackWhereTheTypeIsAnother) {
  const Value value = *parse(R"({"text":"x","number":5,"real":1.5,"yes":true})");
  EXPECT_EQ(string_at(value, "/number", "none"), "none");
  EXPECT_EQ(integer_at(value, "/text", 7), 7);
  EXPECT_EQ(integer_at(value, "/real", 7), 7);
  EXPECT_TRUE(bool_at(value, "/text", true));
  EXPECT_TRUE(bool_at(value, "/yes"));
}

}  // namespace
}  // namespace json
