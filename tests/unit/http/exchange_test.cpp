#include "http/exchange.h"

#include <gtest/gtest.h>

#include <thread>

namespace http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using Wake = Exchange::Wake;

base::Monotonic soon() { return steady_clock::now() + seconds(10); }
base::Monotonic passed() { return steady_clock::now() - seconds(1); }

TEST(Exchange, IsNotReadyBeforeItsConnectionIsFree) {
  Exchange exchange;
  exchange.on_head(200, {});
  exchange.on_bytes("abc", nullptr);
  exchange.on_end(std::nullopt);
  EXPECT_EQ(exchange.wait_released(passed(), {}), Wake::timeout);
  exchange.on_released();
  EXPECT_EQ(exchange.wait_released(passed(), {}), Wake::ready);
  EXPECT_EQ(exchange.take_head().status, 200);
}

TEST(Exchange, WaitsForTheReasonWhenTheConnectionIsFreeBeforeTheEndIsTold) {
  Exchange exchange;
  exchange.on_released();
  EXPECT_EQ(exchange.wait_released(passed(), {}), Wake::timeout);
  exchange.on_end(Error{Failure::unreachable, "refused"});
  EXPECT_EQ(exchange.wait_released(passed(), {}), Wake::ready);
  EXPECT_EQ(exchange.failure()->message, "refused");
}

TEST(Exchange, KeepsTheFirstEnd) {
  Exchange exchange;
  exchange.on_end(Error{Failure::broken, "first"});
  exchange.on_end(std::nullopt);
  EXPECT_EQ(exchange.failure()->message, "first");
}

TEST(Exchange, HoldsTheLibraryBackUntilItsCallerHasDrained) {
  Exchange exchange;
  bool resumed = false;
  EXPECT_TRUE(exchange.on_bytes("small", [&] { resumed = true; }));
  const std::string much(Exchange::high_water, 'x');
  EXPECT_FALSE(exchange.on_bytes(much, [&] { resumed = true; }));
  EXPECT_FALSE(resumed);
  std::string bytes;
  EXPECT_EQ(exchange.next(bytes, seconds(1), {}), Wake::ready);
  EXPECT_EQ(bytes, "small" + much);
  EXPECT_TRUE(resumed);
}

TEST(Exchange, LetsTheLibraryGoWhenAbandoned) {
  Exchange exchange;
  bool resumed = false;
  exchange.on_bytes(std::string(Exchange::high_water, 'x'), [&] { resumed = true; });
  exchange.abandon();
  EXPECT_TRUE(resumed);
  EXPECT_TRUE(exchange.on_bytes("more", nullptr));
}

TEST(Exchange, GivesNoBytesAtTheEnd) {
  Exchange exchange;
  exchange.on_bytes("last", nullptr);
  exchange.on_end(std::nullopt);
  std::string bytes;
  EXPECT_EQ(exchange.next(bytes, seconds(1), {}), Wake::ready);
  EXPECT_EQ(bytes, "last");
  EXPECT_EQ(exchange.next(bytes, seconds(1), {}), Wake::ready);
  EXPECT_EQ(bytes, "");
}

TEST(Exchange, EndsAWaitWhenStopped) {
  Exchange exchange;
  std::stop_source stop;
  const std::jthread stopper([&] { stop.request_stop(); });
  EXPECT_EQ(exchange.wait_head(soon(), stop.get_token()), Wake::stopped);
}

TEST(Exchange, EndsAWaitAtItsIdleTime) {
  Exchange exchange;
  std::string bytes;
  EXPECT_EQ(exchange.next(bytes, milliseconds(1), {}), Wake::timeout);
}

}  // namespace
}  // namespace http
