#include "http/peer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace http {
namespace {

using testing::HasSubstr;

Peer peer_of(const std::string& url) { return parse_peer(url).value_or(Peer{}); }

TEST(ParsePeer, ReadsHostAndPort) {
  const Peer peer = peer_of("https://api.example.org:6443/clusters/x");
  EXPECT_EQ(peer.host, "api.example.org");
  EXPECT_EQ(peer.port, 6443);
  EXPECT_TRUE(peer.tls);
}

TEST(ParsePeer, KnowsTheDefaultPorts) {
  EXPECT_EQ(peer_of("https://a").port, 443);
  EXPECT_EQ(peer_of("http://a/").port, 80);
  EXPECT_FALSE(peer_of("http://a/").tls);
}

TEST(ParsePeer, ReadsAnIpv6Address) {
  const Peer peer = peer_of("https://[fd00::1]:6443");
  EXPECT_EQ(peer.host, "fd00::1");
  EXPECT_EQ(peer.text(), "[fd00::1]:6443");
}

TEST(Unbracketed, LeavesOtherUrlsAlone) {
  EXPECT_EQ(unbracketed("https://a/x", peer_of("https://a/x")), "https://a/x");
}

TEST(Unbracketed, WritesThePortOfAnIpv6Address) {
  EXPECT_EQ(unbracketed("https://[fd00::1]/x", peer_of("https://[fd00::1]/x")), "https://fd00::1:443/x");
  EXPECT_EQ(unbracketed("http://[::1]:81", peer_of("http://[::1]:81")), "http://::1:81");
}

TEST(ParsePeer, RefusesWhatIsNoUrl) {
  for (const char* url : {"", "api:6443", "ftp://a", "https://", "https://:1", "https://[::1", "https://a:0",
                          "https://a:70000", "https://a:1x", "https://user@a"}) {
    EXPECT_FALSE(parse_peer(url)) << url;
  }
}

TEST(ParsePeer, DoesNotRepeatAPassword) {
  const auto peer = parse_peer("https://user:secret@a");
  ASSERT_FALSE(peer);
  EXPECT_THAT(peer.error().message, Not(HasSubstr("secret")));
}

TEST(DescribeFailure, TellsResolutionFromConnection) {
  const Peer peer = peer_of("https://api.example.org:6443");
  const Error unresolved = describe_failure(peer, "Error resolving address", 1, "");
  EXPECT_EQ(unresolved.failure, Failure::unreachable);
  EXPECT_THAT(unresolved.message, HasSubstr("cannot resolve api.example.org: check the name"));
  const Error refused = describe_failure(peer, "Failed to connect to any resolved endpoint", EHOSTUNREACH, "");
  EXPECT_EQ(refused.failure, Failure::unreachable);
  EXPECT_THAT(refused.message, HasSubstr("api.example.org:6443: connection refused or no route"));
}

TEST(DescribeFailure, CallsACutAnswerBroken) {
  const Error error = describe_failure(peer_of("https://a:1"), "Failed to read response body", 0, "");
  EXPECT_EQ(error.failure, Failure::broken);
  EXPECT_THAT(error.message, HasSubstr("a:1 closed the connection in the middle"));
}

TEST(DescribeFailure, KeepsWordsThatItDoesNotKnow) {
  const Error error = describe_failure(peer_of("https://a:1"), "something new", 0, "");
  EXPECT_THAT(error.message, HasSubstr("something new"));
}

}  // namespace
}  // namespace http
