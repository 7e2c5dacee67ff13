#include "http/line_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Outcome = LineSplitter::Outcome;

struct Lines {
  std::vector<std::string> seen;
  LineSplitter::OnLine keep() {
    return [this](std::string_view line) {
      seen.emplace_back(line);
      return true;
    };
  }
};

TEST(LineSplitter, GivesSeveralLinesOfOneChunk) {
  LineSplitter splitter(100);
  Lines lines;
  EXPECT_EQ(splitter.feed("a\nb\nc\n", lines.keep()), Outcome::more);
  EXPECT_THAT(lines.seen, ElementsAre("a", "b", "c"));
}

TEST(LineSplitter, JoinsALineThatComesInSeveralChunks) {
  LineSplitter splitter(100);
  Lines lines;
  for (const char* chunk : {"he", "l", "", "lo\nwor", "ld\n"}) splitter.feed(chunk, lines.keep());
  EXPECT_THAT(lines.seen, ElementsAre("hello", "world"));
}

TEST(LineSplitter, LeavesEmptyLinesOut) {
  LineSplitter splitter(100);
  Lines lines;
  splitter.feed("\n\na\n\n", lines.keep());
  EXPECT_THAT(lines.seen, ElementsAre("a"));
}

TEST(LineSplitter, GivesTheLastLineWithoutNewlineAtTheEnd) {
  LineSplitter splitter(100);
  Lines lines;
  splitter.feed("a\nb", lines.keep());
  EXPECT_THAT(lines.seen, ElementsAre("a"));
  EXPECT_EQ(splitter.finish(lines.keep()), Outcome::more);
  EXPECT_THAT(lines.seen, ElementsAre("a", "b"));
}

TEST(LineSplitter, StopsWhenAskedTo) {
  LineSplitter splitter(100);
  std::vector<std::string> seen;
  const auto stop_at_b = [&](std::string_view line) {
    seen.emplace_back(line);
    return line != "b";
  };
  EXPECT_EQ(splitter.feed("a\nb\nc\n", stop_at_b), Outcome::stopped);
  EXPECT_THAT(seen, ElementsAre("a", "b"));
}

TEST(LineSplitter, TakesALineOfExactlyTheLimit) {
  LineSplitter splitter(4);
  Lines lines;
  EXPECT_EQ(splitter.feed("ab", lines.keep()), Outcome::more);
  EXPECT_EQ(splitter.feed("cd\n", lines.keep()), Outcome::more);
  EXPECT_THAT(lines.seen, ElementsAre("abcd"));
}

TEST(LineSplitter, RefusesALongLineBeforeItsEndIsSeen) {
  LineSplitter splitter(4);
  Lines lines;
  EXPECT_EQ(splitter.feed("ab", lines.keep()), Outcome::more);
  EXPECT_EQ(splitter.feed("cde", lines.keep()), Outcome::too_long);
  EXPECT_THAT(lines.seen, IsEmpty());
}

TEST(LineSplitter, RefusesALongLineInsideOneChunk) {
  LineSplitter splitter(4);
  Lines lines;
  EXPECT_EQ(splitter.feed("ab\nabcde\n", lines.keep()), Outcome::too_long);
  EXPECT_THAT(lines.seen, ElementsAre("ab"));
}

TEST(LineSplitter, HoldsNothingAfterABigLine) {
  LineSplitter splitter(32u << 20);
  Lines lines;
  const std::string half(4u << 20, 'x');
  splitter.feed(half, lines.keep());
  splitter.feed(half + "\n", lines.keep());
  ASSERT_EQ(lines.seen.size(), 1u);
  EXPECT_EQ(lines.seen[0].size(), 8u << 20);
  EXPECT_EQ(splitter.pending(), 0u);
}

// Property: however a text is cut into chunks, the lines are the same.
TEST(LineSplitter, DoesNotDependOnHowTheTextIsCut) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto upto = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random); };
  for (int round = 0; round < 200; ++round) {
    std::string text;
    std::vector<std::string> expected;
    for (std::size_t i = upto(20); i > 0; --i) {
      const std::string line(upto(50), static_cast<char>('a' + upto(25)));
      text += line + "\n";
      if (!line.empty()) expected.push_back(line);
    }
    LineSplitter splitter(1000);
    Lines lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min(upto(30), text.size() - at);
      ASSERT_EQ(splitter.feed(std::string_view(text).substr(at, size), lines.keep()), Outcome::more);
      at += size;
    }
    ASSERT_EQ(lines.seen, expected);
    ASSERT_EQ(splitter.pending(), 0u);
  }
}

}  // namespace
}  // namespace http
