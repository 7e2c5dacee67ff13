#include "base/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "certificates/authority.h"

namespace base {
namespace {

using certificates::Authority;
using certificates::Identity;
using testing::HasSubstr;
using testing::SizeIs;

const Authority& authority() {
  static const Authority made("test-ca");
  return made;
}

TEST(Certificates, AreReadWithSubjectAndTimes) {
  const Identity leaf = authority().issue({"heat.example.org", "DNS:heat.example.org", -100, 200});
  const auto read = read_certificates(leaf.certificate + authority().pem());
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_THAT(read->all, SizeIs(2));
  EXPECT_EQ(read->all[0].subject, "CN=heat.example.org");
  EXPECT_EQ(read->all[1].subject, "CN=test-ca");
  EXPECT_EQ(parse_rfc3339(read->all[0].not_after) - parse_rfc3339(read->all[0].not_before), std::chrono::seconds(300));
  EXPECT_EQ(read->pem, leaf.certificate + authority().pem());
}

TEST(Certificates, OnlyTheyAreKeptOfAText) {
  const auto read = read_certificates("# an authority of ours\r\n" + authority().pem() + "and so on\n\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->pem, authority().pem());
}

TEST(Certificates, WhatIsNoneIsTold) {
  const std::string good = authority().pem();
  const std::string cut = good.substr(0, good.size() / 2);
  std::string garbled = good;
  garbled.replace(40, 10, "**********");
  const std::string no_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
  for (const std::string& text : {cut, garbled, no_certificate, good + cut, good + no_certificate}) {
    const auto read = read_certificates(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr("malformed")) << text;
  }
  for (const std::string& text : {std::string(), std::string("hello"), std::string(1000, '\0')}) {
    const auto read = read_certificates(text);
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("holds no certificate"));
  }
}

TEST(Certificates, APrivateKeyAmongThemIsRefused) {
  const Identity leaf = authority().issue({"heat"});
  const auto read = read_certificates(leaf.certificate + leaf.key);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message.find(leaf.key.substr(60, 20)), std::string::npos);
  EXPECT_THAT(read.error().message, HasSubstr("private key"));
}

TEST(Certificates, AHostileSubjectIsOneShortLineOfAscii) {
  const Identity leaf = authority().issue({"two\nlines\x1b[31m \xc3\xa9"});
  EXPECT_EQ(read_certificates(leaf.certificate)->all[0].subject, R"(CN=two\0Alines\1B[31m \C3\A9)");
  const Identity long_one = authority().issue({std::string(64, 'x')});
  EXPECT_LE(read_certificates(long_one.certificate)->all[0].subject.size(), 123U);
}

TEST(KeyFit, IsJudgedByTheFirstCertificate) {
  const Identity leaf = authority().issue({"heat"});
  const Identity other = authority().issue({"other"});
  EXPECT_EQ(key_fit(leaf.certificate + authority().pem(), leaf.key), KeyFit::fits);
  EXPECT_EQ(key_fit(authority().pem() + leaf.certificate, leaf.key), KeyFit::other);
  EXPECT_EQ(key_fit(leaf.certificate, other.key), KeyFit::other);
  EXPECT_EQ(key_fit("nothing", leaf.key), KeyFit::other);
}

TEST(KeyFit, WhatIsNoKeyIsTold) {
  const Identity leaf = authority().issue({"heat"});
  EXPECT_EQ(key_fit(leaf.certificate, ""), KeyFit::malformed);
  EXPECT_EQ(key_fit(leaf.certificate, leaf.certificate), KeyFit::malformed);
  EXPECT_EQ(key_fit(leaf.certificate, leaf.key.substr(0, 100)), KeyFit::malformed);
  EXPECT_EQ(key_fit(leaf.certificate, authority().issue({.name = "heat", .passphrase = "secret"}).key),
            KeyFit::encrypted);
}

TEST(KeyFit, AWeakKeyIsTold) {
  const Identity leaf = authority().issue({.name = "heat", .weak = true});
  EXPECT_EQ(key_fit(leaf.certificate, leaf.key), KeyFit::weak);
}

}  // namespace
}  // namespace base
