#include "base/base64.h"

#include <gtest/gtest.h>

namespace base {
namespace {

// RFC 4648 §10.
TEST(Base64, EncodesTheReferenceTexts) {
  EXPECT_EQ(base64_encode(""), "");
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("fo"), "Zm8=");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, DecodesWhatItEncodes) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
}

TEST(Base64, PassesOverLineBreaks) { EXPECT_EQ(base64_decode("Zm9v\nYmFy\n"), "foobar"); }

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text : {"Zg=", "Z", "Zm9v!", "Zg==Zg", "===="}) EXPECT_EQ(base64_decode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace base
