// The fault campaign on the real operator binary: one test a workload.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

#include "property/campaign.h"

namespace property {

// In gtest's messages.
void PrintTo(const Workload& workload, std::ostream* out) { *out << workload.name; }

}  // namespace property

namespace {

// Prints what all workloads of this program came to.
class Totals : public testing::Environment {
 public:
  static inline property::Summary all;
  void TearDown() override { std::cout << all.fired << " distinct plans fired, " << all.failed << " failed\n"; }
};
[[maybe_unused]] const auto* const totals = testing::AddGlobalTestEnvironment(new Totals);

class Campaign : public testing::TestWithParam<property::Workload> {};

TEST_P(Campaign, ConvergesAndFallsSilentUnderEachFault) {
  ASSERT_TRUE(std::filesystem::exists(property::operator_binary()))
      << "build the target heat-operator or set HEAT_OPERATOR_BINARY";
  std::vector<std::string> problems;
  const property::Reference reference = property::make_reference(GetParam(), problems);
  ASSERT_TRUE(problems.empty()) << problems.front();
  const property::Summary summary = property::run_campaign(GetParam(), reference);
  Totals::all.fired += summary.fired;
  Totals::all.failed += summary.failed;
  std::cout << GetParam().name << ": " << reference.writes << " writes, " << summary.fired << " distinct plans fired, "
            << summary.failed << " failed\n";
  EXPECT_EQ(summary.failed, 0);
}

INSTANTIATE_TEST_SUITE_P(Workloads, Campaign, testing::ValuesIn(property::workloads()),
                         [](const auto& workload) { return workload.param.name; });

}  // namespace
