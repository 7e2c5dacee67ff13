#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/error.h"

namespace kube {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

http::Response answer(int status, const std::string& body, std::vector<http::Header> headers = {}) {
  return {status, std::move(headers), body};
}

TEST(ErrorFrom, ReadsAStatus) {
  const Error error = error_from(answer(409, R"({"kind":"Status","apiVersion":"v1","status":"Failure",
      "message":"configmaps \"a\" already exists","reason":"AlreadyExists","code":409})"));
  EXPECT_EQ(error.code, 409);
  EXPECT_EQ(error.reason, "AlreadyExists");
  EXPECT_TRUE(error.already_exists());
  EXPECT_FALSE(error.conflict());
  EXPECT_EQ(error.text(), "AlreadyExists (409): configmaps \"a\" already exists");
}

TEST(ErrorFrom, TakesTheReasonFromTheCodeWhereTheBodyIsNoStatus) {
  const Error error = error_from(answer(503, "<html>no backend</html>"));
  EXPECT_EQ(error.reason, "ServiceUnavailable");
  EXPECT_EQ(error.message, "<html>no backend</html>");
  EXPECT_TRUE(error.transient());
}

TEST(ErrorFrom, SaysThatThereIsNoMessage) {
  EXPECT_EQ(error_from(answer(404, "")).text(), "NotFound (404): the server gave no message");
}

TEST(ErrorFrom, ReadsRetryAfter) {
  EXPECT_EQ(error_from(answer(429, "", {{"Retry-After", "7"}})).retry_after, std::chrono::seconds(7));
}

TEST(ErrorFrom, TakesNoDateForRetryAfter) {
  for (const char* value : {"Wed, 21 Oct 2015 07:28:00 GMT", "-1", "1.5", "99999999999999"}) {
    EXPECT_EQ(error_from(answer(429, "", {{"Retry-After", value}})).retry_after.count(), 0) << value;
  }
}

TEST(ErrorFrom, ReadsRetryAfterFromTheStatusToo) {
  const Error error = error_from(answer(429, R"({"kind":"Status","details":{"retryAfterSeconds":3}})"));
  EXPECT_EQ(error.retry_after, std::chrono::seconds(3));
}

TEST(ErrorFrom, CutsLongMessages) {
  const Error error = error_from(answer(422, R"({"kind":"Status","message":")" + std::string(10'000, 'x') + "\"}"));
  EXPECT_LE(error.message.size(), 4096u + 3u);
  EXPECT_THAT(error.message, EndsWith("x…"));
}

TEST(ErrorFrom, CutsBetweenCharacters) {
  std::string text = "x";
  for (int i = 0; i < 3000; ++i) text += "ä";
  const Error error = error_from(answer(422, R"({"kind":"Status","message":")" + text + "\"}"));
  EXPECT_THAT(error.message, EndsWith("ä…"));
}

TEST(ErrorFrom, MakesAMessageOneLine) {
  EXPECT_EQ(error_from(answer(500, "two\nlines\x1b[31m")).message, "two lines [31m");
}

TEST(ErrorFrom, NamesFailuresOfTheTransport) {
  const Error refused = error_from(http::Error{http::Failure::unreachable, "cannot connect"});
  EXPECT_EQ(refused.text(), "Unreachable: cannot connect");
  EXPECT_TRUE(refused.no_answer());
  EXPECT_TRUE(refused.transient());
  EXPECT_FALSE(refused.stopped());
  EXPECT_TRUE(error_from(http::Error{http::Failure::stopped, ""}).stopped());
}

}  // namespace
}  // namespace kube
