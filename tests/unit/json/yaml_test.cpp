#include "json/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace json {
namespace {

using testing::HasSubstr;

Value read(const std::string& text) {
  auto value = parse_yaml(text);
  EXPECT_TRUE(value) << value.error().message;
  return value ? *value : Value("failed");
}

std::string refusal(const std::string& text) {
  const auto value = parse_yaml(text);
  EXPECT_FALSE(value) << value->dump();
  return value ? "" : value.error().message;
}

TEST(Yaml, ReadsPlainScalarsAsTheCoreSchemaSays) {
  EXPECT_EQ(read("[null, ~, Null, true, True, FALSE]"), Value::parse("[null, null, null, true, true, false]"));
  EXPECT_EQ(read("[12, -12, +12, 0, 0x1f, 0o17]"), Value::parse("[12, -12, 12, 0, 31, 15]"));
  EXPECT_EQ(read("[1.5, -.5, 1., 1e3, +2.5E-1]"), Value::parse("[1.5, -0.5, 1.0, 1000.0, 0.25]"));
}

TEST(Yaml, KeepsWordsThatOnlyOldYamlTakesForBooleansAsStrings) {
  EXPECT_EQ(read("[yes, no, on, off, y, n]"), Value::parse(R"(["yes", "no", "on", "off", "y", "n"])"));
}

TEST(Yaml, KeepsWhatOnlyLooksLikeANumberAsAString) {
  EXPECT_EQ(read("[1.2.3, 12:30, 1_000, 0x, 0o8, 2001-01-01, 100m, 1e, ., -, .inf, .nan]"),
            Value::parse(R"(["1.2.3","12:30","1_000","0x","0o8","2001-01-01","100m","1e",".","-",".inf",".nan"])"));
}

TEST(Yaml, ReadsALeadingZeroAsDecimal) { EXPECT_EQ(read("0644"), Value(644)); }

TEST(Yaml, KeepsQuotedScalarsAsStrings) {
  EXPECT_EQ(read(R"(["12", 'true', "", "null", "0x1f"])"), Value::parse(R"(["12","true","","null","0x1f"])"));
}

TEST(Yaml, KeepsBlockScalarsAsStrings) {
  EXPECT_EQ(read("a: |\n  12\nb: >-\n  x\n  y\n"), Value::parse(R"({"a":"12\n","b":"x y"})"));
}

TEST(Yaml, ReadsIntegersBeyondSixtyFourBitsAsReals) {
  EXPECT_EQ(read("18446744073709551615"), Value(18446744073709551615ULL));
  EXPECT_TRUE(read("18446744073709551616").is_number_float());
  EXPECT_EQ(read("-9223372036854775808"), Value(std::int64_t{-9223372036854775807} - 1));
}

TEST(Yaml, MakesKeysStrings) {
  EXPECT_EQ(read("{1: a, true: b, x: c}"), Value::parse(R"({"1":"a","true":"b","x":"c"})"));
}

TEST(Yaml, ReadsNestedMapsAndLists) {
  EXPECT_EQ(read("a:\n  - b: 1\n    c: [x, {d: 2}]\n  - []\ne: {}\n"),
            Value::parse(R"({"a":[{"b":1,"c":["x",{"d":2}]},[]],"e":{}})"));
}

TEST(Yaml, ReadsJson) {
  EXPECT_EQ(read(R"({"a": [1, "two", null, {"b": false}]})"), Value::parse(R"({"a":[1,"two",null,{"b":false}]})"));
}

TEST(Yaml, ResolvesAnchors) {
  EXPECT_EQ(read("a: &x {b: 1}\nc: *x\nd: [*x]\ne: &s text\nf: *s"),
            Value::parse(R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1}],"e":"text","f":"text"})"));
}

TEST(Yaml, MergesMapsWhoseOwnKeysWin) {
  EXPECT_EQ(read("base: &b {x: 1, y: 2}\nuse: {y: 3, <<: *b}"),
            Value::parse(R"({"base":{"x":1,"y":2},"use":{"x":1,"y":3}})"));
}

TEST(Yaml, MergesAListOfMapsOfWhichTheFirstWins) {
  EXPECT_EQ(read("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nuse:\n  <<: [*a, *b]"),
            Value::parse(R"({"a":{"x":1},"b":{"x":2,"y":2},"use":{"x":1,"y":2}})"));
}

TEST(Yaml, KeepsAQuotedMergeKeyAsAKey) { EXPECT_EQ(read("{'<<': 1}"), Value::parse(R"({"<<":1})")); }

TEST(Yaml, RefusesToMergeAScalar) { EXPECT_THAT(refusal("{<<: 1}"), HasSubstr("<< merges a map")); }

TEST(Yaml, RefusesDuplicateKeysAndSaysWhere) {
  const std::string message = refusal("a: 1\nb: 2\na: 3\n");
  EXPECT_THAT(message, HasSubstr("the key \"a\" is there twice"));
  EXPECT_THAT(message, HasSubstr("line 3"));
}

TEST(Yaml, RefusesTags) {
  EXPECT_THAT(refusal("!!binary aGk="), HasSubstr("tags are not supported"));
  EXPECT_THAT(refusal("!mine {a: 1}"), HasSubstr("tags are not supported"));
}

TEST(Yaml, RefusesKeysThatAreNoScalars) {
  EXPECT_THAT(refusal("{[a, b]: 1}"), HasSubstr("a key must be a scalar"));
  EXPECT_THAT(refusal("? {a: 1}\n: 2"), HasSubstr("a key must be a scalar"));
}

TEST(Yaml, SaysWhereTheSyntaxIsBroken) { EXPECT_THAT(refusal("a: b\n  c: d\n"), HasSubstr("line 2")); }

TEST(Yaml, RefusesAnUnknownAlias) { EXPECT_THAT(refusal("a: *nowhere"), HasSubstr("not YAML")); }

TEST(Yaml, RefusesAnAliasInsideItsOwnAnchor) { EXPECT_THAT(refusal("a: &x [*x]"), HasSubstr("inside its own anchor")); }

TEST(Yaml, RefusesABillionLaughs) {
  std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 8; ++k) text += ", " + before;
    text += "]\n";
  }
  EXPECT_THAT(refusal(text), HasSubstr("aliases expand to more"));
}

TEST(Yaml, RefusesABigScalarThatIsRepeatedOften) {
  std::string text = "a: &a " + std::string(1u << 20, 'x') + "\nb: [*a";
  for (int i = 0; i < 200; ++i) text += ", *a";
  EXPECT_THAT(refusal(text + "]"), HasSubstr("aliases expand to more"));
}

TEST(Yaml, RefusesDeepNesting) {
  EXPECT_THAT(refusal(std::string(150, '[') + std::string(150, ']')), HasSubstr("nested deeper than 100"));
  EXPECT_THAT(refusal(std::string(100'000, '[')), HasSubstr("not YAML"));
}

TEST(Yaml, RefusesAHugeText) {
  EXPECT_THAT(refusal("a: " + std::string(9u << 20, 'x')), HasSubstr("larger than 8 MiB"));
}

TEST(Yaml, TakesAnEmptyTextForNull) {
  EXPECT_EQ(read(""), Value(nullptr));
  EXPECT_EQ(read("# only a comment\n"), Value(nullptr));
}

TEST(Yaml, RefusesSeveralDocumentsWhereOneIsExpected) {
  EXPECT_THAT(refusal("a: 1\n---\nb: 2\n"), HasSubstr("there are 2"));
}

TEST(Yaml, ReadsEveryDocumentOfAStream) {
  const auto documents = parse_yaml_documents("---\na: 1\n---\n---\n# nothing\n---\nb: 2\n...\n");
  ASSERT_TRUE(documents) << documents.error().message;
  EXPECT_EQ(*documents, (std::vector<Value>{Value::parse(R"({"a":1})"), Value::parse(R"({"b":2})")}));
}

TEST(Yaml, ForgetsAnchorsBetweenDocuments) { EXPECT_FALSE(parse_yaml_documents("a: &x 1\n---\nb: *x\n")); }

}  // namespace
}  // namespace json
