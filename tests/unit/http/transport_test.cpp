#include "http/transport.h"

#include <gtest/gtest.h>

namespace http {
namespace {

TEST(Response, FindsAHeaderWhateverItsCase) {
  Response response;
  response.headers = {{"Retry-After", "3"}, {"retry-after", "4"}};
  EXPECT_EQ(response.header("RETRY-AFTER"), "3");
}

TEST(Response, GivesNothingForAHeaderThatIsNotThere) {
  Response response;
  response.headers = {{"Date", "today"}};
  EXPECT_EQ(response.header("Dat"), "");
}

TEST(Encode, KeepsUnreservedCharacters) { EXPECT_EQ(encode("aZ09-._~"), "aZ09-._~"); }

TEST(Encode, EscapesEverythingElse) { EXPECT_EQ(encode("a b/c=d,e&%ä"), "a%20b%2Fc%3Dd%2Ce%26%25%C3%A4"); }

}  // namespace
}  // namespace http
