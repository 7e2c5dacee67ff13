#include "heat/quantity.h"

#include <gtest/gtest.h>

namespace heat {
namespace {

std::string canonical(std::string_view text) { return canonical_quantity(text).value_or("refused"); }

// What kube-apiserver 1.37 served for a container's memory limit that was written so.
TEST(Quantity, AgreesWithTheApiServer) {
  const std::pair<const char*, const char*> measured[] = {{"1000m", "1"},
                                                          {"0.5", "500m"},
                                                          {"1024Mi", "1Gi"},
                                                          {"1e3", "1e3"},
                                                          {"100u", "1m"},
                                                          {"1.5Gi", "1536Mi"},
                                                          {"0.1Gi", "107374182400m"},
                                                          {"1000Ki", "1000Ki"},
                                                          {"12e4", "120e3"},
                                                          {"5e-1", "500e-3"},
                                                          {"1E", "1E"},
                                                          {"1500m", "1500m"},
                                                          {"0.0001Ki", "103m"},
                                                          {"1023", "1023"},
                                                          {"1023Ki", "1023Ki"},
                                                          {"0", "0"},
                                                          {"1.1111", "1112m"},
                                                          {"1000000", "1M"},
                                                          {"2.5Ei", "2560Pi"}};
  for (const auto& [written, served] : measured) EXPECT_EQ(canonical(written), served) << written;
}

TEST(Quantity, CanonicalFormStaysAsItIs) {
  for (const char* text : {"1000m", "0.5", "1024Mi", "12e4", "1.1111", "0.1Gi", "7", "2500M", "1n", "3Ti", "1e-3"}) {
    const std::string once = canonical(text);
    EXPECT_EQ(canonical(once), once) << text;
  }
}

TEST(Quantity, NumbersOfJsonStandForThemselves) {
  EXPECT_EQ(canonical_quantity(json::Value(2)), "2");
  EXPECT_EQ(canonical_quantity(json::Value(4000)), "4k");
  EXPECT_EQ(canonical_quantity(json::Value(-1)), std::nullopt);
  EXPECT_EQ(canonical_quantity(json::Value(1.5)), std::nullopt);
  EXPECT_EQ(canonical_quantity(json::Value()), std::nullopt);
}

TEST(Quantity, RefusesWhatIsNone) {
  for (const char* text : {"",
                           " 1",
                           "1 ",
                           "-1",
                           "+1",
                           "1.",
                           ".5",
                           "1..2",
                           "1KB",
                           "1ki",
                           "1Mi1",
                           "Gi",
                           "1e",
                           "1e99",
                           "1e19",
                           "12345678901234",
                           "1.12345",
                           "9999999999999Ei",
                           "9999999999999E",
                           "1\n",
                           "0x1"}) {
    EXPECT_EQ(canonical_quantity(std::string_view(text)), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace heat
