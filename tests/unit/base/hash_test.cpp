#include "base/hash.h"

#include <gtest/gtest.h>

#include <set>

namespace base {
namespace {

std::uint64_t hashed(std::initializer_list<std::string_view> pieces) {
  Hash64 hash;
  for (const auto piece : pieces) hash.add(piece);
  return hash.value();
}

// The reference vectors of FNV-1a.
TEST(Hash64, IsFnv1a) {
  EXPECT_EQ(hashed({}), 0xcbf29ce484222325ULL);
  EXPECT_EQ(hashed({"a"}), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(hashed({"foobar"}), 0x85944171f73967e8ULL);
}

TEST(Hash64, DoesNotDependOnThePieces) { EXPECT_EQ(hashed({"foo", "", "bar"}), hashed({"foobar"})); }

TEST(Hash64, DependsOnTheOrder) { EXPECT_NE(hashed({"a", "b"}), hashed({"b", "a"})); }

TEST(Sha256, GivesTheStandardDigest) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, test case 2.
TEST(HmacSha256, GivesTheStandardDigest) {
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(RandomHex, GivesTwoDigitsAByteAndNeverTheSame) {
  std::set<std::string> drawn;
  for (int i = 0; i < 100; ++i) drawn.insert(random_hex(16));
  EXPECT_EQ(drawn.size(), 100u);
  for (const std::string& text : drawn) {
    EXPECT_EQ(text.size(), 32u);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

}  // namespace
}  // namespace base
