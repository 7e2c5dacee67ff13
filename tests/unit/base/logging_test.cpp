#include "base/logging.h"

#include <gtest/gtest.h>

namespace base::log {
namespace {

std::string rendered(Format format, std::string_view message, Fields fields = {}) {
  return render(format, message, fields.begin(), fields.size());
}

TEST(LogRender, WritesFieldsAsKeyAndValue) {
  EXPECT_EQ(rendered(Format::text, "applied", {{"name", "heat"}, {"count", 3}}), "applied name=heat count=3");
}

TEST(LogRender, QuotesTextThatWouldBeReadAsSomethingElse) {
  EXPECT_EQ(rendered(Format::text, "m", {{"a", "x y"}, {"b", ""}, {"c", "k=v"}, {"d", "say \"hi\""}}),
            R"(m a="x y" b="" c="k=v" d="say \"hi\"")");
}

TEST(LogRender, KeepsAnEntryOnOneLine) {
  EXPECT_EQ(rendered(Format::text, "two\nlines", {{"a", "x\ny"}}).find('\n'), std::string::npos);
  EXPECT_EQ(rendered(Format::json, "two\nlines", {{"a", "x\ny"}}).find('\n'), std::string::npos);
}

TEST(LogRender, WritesJsonMembers) {
  EXPECT_EQ(rendered(Format::json, "applied", {{"name", "he\"at"}, {"count", 3}}),
            R"("msg":"applied","name":"he\"at","count":3)");
}

TEST(LogRender, EscapesControlCharactersInJson) {
  EXPECT_EQ(rendered(Format::json, std::string_view("a\0b\x1b", 4)), "\"msg\":\"a\\u0000b\\u001b\"");
}

}  // namespace
}  // namespace base::log
