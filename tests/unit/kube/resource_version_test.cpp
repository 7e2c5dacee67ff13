#include "kube/model/resource_version.h"

#include <gtest/gtest.h>

namespace {

using kube::compare_resource_versions;
using kube::newer_resource_version;

TEST(ResourceVersion, ComparesAsNumbersOfAnyLength) {
  EXPECT_EQ(compare_resource_versions("9", "10"), std::strong_ordering::less);
  EXPECT_EQ(compare_resource_versions("99999999999999999999999", "100000000000000000000000"),
            std::strong_ordering::less);
  EXPECT_EQ(compare_resource_versions("42", "42"), std::strong_ordering::equal);
  EXPECT_EQ(compare_resource_versions("43", "42"), std::strong_ordering::greater);
}

TEST(ResourceVersion, DoesNotOrderWhatIsNoNumber) {
  for (const char* odd : {"", "0", "01", "a", "1a", "-1", " 1"}) {
    EXPECT_FALSE(compare_resource_versions(odd, "1").has_value()) << odd;
    EXPECT_FALSE(newer_resource_version("1", odd)) << odd;
    EXPECT_FALSE(newer_resource_version(odd, "1")) << odd;
  }
}

}  // namespace
