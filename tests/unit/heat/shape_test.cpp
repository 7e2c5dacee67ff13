// g++ 12 with sanitizers takes std::regex for uninitialized (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "heat/shape.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace heat {
namespace {

constexpr Shape shapes[] = {Shape::object_name,  Shape::image,    Shape::host,
                            Shape::virtual_host, Shape::duration, Shape::quantity};

// The API server matches the pattern, the parser this function: they must be one.
TEST(Shape, MatchesWhatItsPatternMatches) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  constexpr std::string_view alphabet = "aZ019.-_:/@dhmsKGike+\n \"$F";
  for (const Shape shape : shapes) {
    const std::regex expression{std::string(pattern(shape))};
    for (int i = 0; i < 4000; ++i) {
      std::string text;
      for (auto length = random() % 9; length > 0; --length) text += alphabet[random() % alphabet.size()];
      ASSERT_EQ(matches(shape, text), std::regex_match(text, expression))
          << "seed " << seed << ", pattern " << pattern(shape) << ", text '" << text << "'";
    }
  }
}

TEST(Shape, MatchesWhatPeopleWrite) {
  const std::pair<Shape, const char*> good[] = {{Shape::object_name, "heat-db"},
                                                {Shape::object_name, "a.b-c.d1"},
                                                {Shape::image, "localhost:5000/heat@sha256:0123"},
                                                {Shape::host, "rabbit-0.rabbit.ns.svc.cluster.local"},
                                                {Shape::host, "2001:db8::1"},
                                                {Shape::host, "::ffff:10.0.0.1"},
                                                {Shape::virtual_host, "/"},
                                                {Shape::virtual_host, "/prod.heat_1"},
                                                {Shape::duration, "1h30m"},
                                                {Shape::quantity, "1.5Gi"}};
  for (const auto& [shape, text] : good) EXPECT_TRUE(matches(shape, text)) << text;
}

TEST(Shape, RefusesWhatCouldBreakOut) {
  for (const Shape shape : shapes) {
    for (const char* text : {"a\nb", "a b", "$a", "a%41", "a;b", "a,b", "a?b", "a#b", "a\rb", "\xc3\xa9"}) {
      EXPECT_FALSE(matches(shape, text)) << pattern(shape) << " " << text;
    }
  }
}

}  // namespace
}  // namespace heat
