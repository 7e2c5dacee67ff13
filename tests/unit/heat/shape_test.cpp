// g++ 12 with sanitizers takes std::regex for uninitialized (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "heat/shape.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <set>

namespace heat {
namespace {

constexpr std::string_view alphabet = "aZ019.-_:/@dhmsKGike+%*, \n\"$F[]";

const std::pair<Shape, const char*> good[] = {{Shape::object_name, "heat-db"},
                                              {Shape::object_name, "a.b-c.d1"},
                                              {Shape::image, "localhost:5000/heat@sha256:0123"},
                                              {Shape::host, "rabbit-0.rabbit.ns.svc.cluster.local"},
                                              {Shape::host, "2001:db8::1"},
                                              {Shape::host, "::ffff:10.0.0.1"},
                                              {Shape::virtual_host, "/"},
                                              {Shape::virtual_host, "/prod.heat_1"},
                                              {Shape::duration, "1h30m"},
                                              {Shape::quantity, "1.5Gi"},
                                              {Shape::percentage, "25%"},
                                              {Shape::percentage, "100%"},
                                              {Shape::label_key, "node-role.kubernetes.io/control-plane"},
                                              {Shape::label_key, "a_B.c-1"},
                                              {Shape::label_value, ""},
                                              {Shape::label_value, "a_B.c-1"},
                                              {Shape::dns_label, "openstack-1"},
                                              {Shape::url, "http://keystone.example.org:5000/v3"},
                                              {Shape::url, "https://[2001:db8::1]:5000/"},
                                              {Shape::url, "https://keystone"},
                                              {Shape::api_url, "https://heat.example.org/orchestration/v1"},
                                              {Shape::api_url, "http://[::1]:8004/v1"},
                                              {Shape::word, "RegionOne"},
                                              {Shape::schedule, "1 0 * * *"},
                                              {Shape::schedule, "*/15 0-5,22-23/2 01 1,12 0"}};

// Texts near to good ones: with characters changed, put in, taken away and doubled.
std::string bent(std::string text, std::mt19937& random) {
  for (auto changes = random() % 4; changes > 0; --changes) {
    const std::size_t at = text.empty() ? 0 : random() % text.size();
    const char drawn = alphabet[random() % alphabet.size()];
    switch (random() % 4) {
      case 0:
        text.insert(at, 1, drawn);
        break;
      case 1:
        if (!text.empty()) text.erase(at, 1 + random() % 3);
        break;
      case 2:
        if (!text.empty()) text[at] = drawn;
        break;
      default:
        text.insert(at, text.substr(at, random() % 6));
        break;
    }
  }
  return text;
}

// The API server matches the pattern, the parser this function: they must be one.
TEST(Shape, MatchesWhatItsPatternMatches) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (const auto& [shape, example] : good) {
    const std::regex expression{std::string(pattern(shape))};
    for (int i = 0; i < 2000; ++i) {
      std::string text;
      if (i % 2 == 0) {
        text = bent(example, random);
      } else {
        for (auto length = random() % 9; length > 0; --length) text += alphabet[random() % alphabet.size()];
      }
      ASSERT_EQ(matches(shape, text), std::regex_match(text, expression))
          << "seed " << seed << ", pattern " << pattern(shape) << ", text '" << text << "'";
    }
  }
}

TEST(Shape, LabelsHaveAtMost63Characters) {
  for (const Shape shape : {Shape::label_key, Shape::label_value}) {
    const std::regex expression{std::string(pattern(shape))};
    for (const std::size_t length : {1U, 2U, 62U, 63U, 64U, 65U}) {
      const std::string text(length, 'a');
      EXPECT_EQ(matches(shape, text), length <= 63);
      EXPECT_EQ(std::regex_match(text, expression), length <= 63);
    }
  }
}

TEST(Shape, MatchesWhatPeopleWrite) {
  for (const auto& [shape, text] : good) EXPECT_TRUE(matches(shape, text)) << text;
}

TEST(Shape, EveryShapeIsTried) {
  std::set<Shape> tried{Shape::any};
  for (const auto& [shape, text] : good) tried.insert(shape);
  EXPECT_EQ(tried.size(), static_cast<std::size_t>(Shape::schedule) + 1);
}

TEST(Shape, RefusesWhatCouldBreakOut) {
  for (const auto& [shape, example] : good) {
    for (const char* text : {"a\nb", "a b", "$a", "a%41", "a;b", "a,b", "a\"b", "a?b", "a#b", "a\rb", "\xc3\xa9"}) {
      EXPECT_FALSE(matches(shape, text)) << pattern(shape) << " " << text;
    }
  }
}

}  // namespace
}  // namespace heat
