#include "heat/config/ini.h"

#include <gtest/gtest.h>

#include <random>

namespace heat {
namespace {

// oslo.config's reading of one line, as iniparser.py and cfg.py _substitute do it, for values without interpolation.
std::string read_back(std::string_view written) {
  if (written.size() > 1 && written.front() == written.back() && (written.front() == '"' || written.front() == '\'')) {
    written = written.substr(1, written.size() - 2);
  }
  std::string value;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '\\' && i + 1 < written.size() && written[i + 1] == '$') ++i;
    value += written[i];
  }
  return value;
}

TEST(Ini, PlainValuesStandAsTheyAre) {
  EXPECT_EQ(ini_value("rabbit://a:b@c:5672//"), "rabbit://a:b@c:5672//");
  EXPECT_EQ(ini_value(""), "");
  EXPECT_EQ(ini_value("a # no comment ; no comment = [x]"), "a # no comment ; no comment = [x]");
}

TEST(Ini, EndsThatTheParserStripsAreQuoted) {
  EXPECT_EQ(ini_value(" a "), "\" a \"");
  EXPECT_EQ(ini_value("\"a\""), "\"\"a\"\"");
  EXPECT_EQ(ini_value("'"), "\"'\"");
  EXPECT_EQ(ini_value("a\u00a0"), "\"a\u00a0\"");
}

TEST(Ini, DollarIsNoInterpolation) {
  EXPECT_EQ(ini_value("a$b"), "a\\$b");
  EXPECT_EQ(ini_value("a\\$b"), "a\\\\$b");
}

TEST(Ini, LineBreaksControlCharactersAndBrokenUtf8AreRefused) {
  for (const std::string& value :
       {std::string("a\nb"), std::string("a\rb"), std::string("a\tb"), std::string("a\0b", 3), std::string("\x7f"),
        std::string("a\xc2\x85"), std::string("\xff"), std::string("\xc0\xaf"), std::string("\xed\xa0\x80"),
        std::string("\xe2\x82"), std::string("\xf4\x90\x80\x80")}) {
    EXPECT_EQ(ini_value(value), std::nullopt);
    IniWriter ini;
    ini.section("DEFAULT");
    ini.set("a", std::string_view(value));
    ini.comment(value);
    EXPECT_EQ(ini.text(), "[DEFAULT]\n");
  }
}

TEST(Ini, WhateverIsWrittenReadsBackOnOneLine) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  const std::string parts[] = {"$", "\\", "\"", "'", " ", "#",  ";",    "[x]",
                               "=", ":",  "%",  "a", "é", "\n", "${a}", "\u2028"};
  for (int i = 0; i < 5000; ++i) {
    std::string value;
    for (auto length = random() % 7; length > 0; --length) value += parts[random() % std::size(parts)];
    const auto written = ini_value(value);
    if (!written) {
      EXPECT_NE(value.find('\n'), std::string::npos) << "seed " << seed << " " << value;
      continue;
    }
    ASSERT_EQ(written->find('\n'), std::string::npos) << "seed " << seed;
    ASSERT_EQ(read_back(*written), value) << "seed " << seed << " written " << *written;
  }
}

TEST(Ini, WritesSectionsInOrder) {
  IniWriter ini;
  ini.comment("top");
  ini.section("DEFAULT");
  ini.set("a", 5L);
  ini.section("b");
  ini.set("c", true);
  ini.set("d", "text");
  EXPECT_EQ(ini.text(), "# top\n\n[DEFAULT]\na = 5\n\n[b]\nc = true\nd = text\n");
}

}  // namespace
}  // namespace heat
