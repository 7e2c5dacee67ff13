// The seeded bugs of tests/mutants/ fit the source as it is: one that does not is found here at once, and not in the
// long run that is to catch it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

TEST(Mutants, EachPatchFitsTheSource) {
  const std::filesystem::path source(HEAT_OPERATOR_SOURCE_DIR);
  if (std::system("command -v git >/dev/null") != 0) GTEST_SKIP() << "there is no git here";
  int patches = 0;
  for (const auto& entry : std::filesystem::directory_iterator(source / "tests/mutants")) {
    if (entry.path().extension() != ".patch") continue;
    ++patches;
    const std::string check =
        "cd '" + source.string() + "' && git apply --check '" + entry.path().string() + "' 2>/dev/null";
    EXPECT_EQ(std::system(check.c_str()), 0)
        << entry.path().filename() << " does not apply: make it anew for the lines that it changes";
  }
  EXPECT_GE(patches, 15);
}

}  // namespace
