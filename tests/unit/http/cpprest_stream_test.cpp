#include <future>
#include <latch>
#include <thread>
#include <vector>

#include "transport_fixture.h"

namespace http::testing {
namespace {

using std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CppRestStream : public TransportTest {
 protected:
  std::function<bool(std::string_view)> keep() {
    return [this](std::string_view line) {
      lines_.emplace_back(line);
      return true;
    };
  }
  std::vector<std::string> lines_;
};

TEST_F(CppRestStream, GivesLinesThatAreSplitOverChunks) {
  serve([](Conversation& call) {
    call.begin_chunks();
    for (const char* piece : {"{\"a\"", ":1}\n{\"b\":2}\n", "\n{\"c\":", "3}\n"}) call.chunk(piece);
    call.end_chunks();
  });
  const auto ended = connect()->stream(get_, seconds(10), keep(), {});
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->status, 200);
  EXPECT_EQ(ended->body, "");
  EXPECT_THAT(lines_, ElementsAre("{\"a\":1}", "{\"b\":2}", "{\"c\":3}"));
}

TEST_F(CppRestStream, GivesALineAtOnceWhileTheStreamGoesOn) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\n");
    call.hold();
  });
  const auto ended = connect()->stream(get_, seconds(10), [](std::string_view) { return false; }, {});
  EXPECT_TRUE(ended);
}

TEST_F(CppRestStream, CallsTheCallersThread) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\n");
    call.end_chunks();
  });
  std::thread::id seen;
  ASSERT_TRUE(connect()->stream(get_, seconds(10),
                                [&](std::string_view) {
                                  seen = std::this_thread::get_id();
                                  return true;
                                },
                                {}));
  EXPECT_EQ(seen, std::this_thread::get_id());
}

TEST_F(CppRestStream, KeepsTheConnectionAfterAnOrderlyEnd) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\n");
    call.end_chunks();
  });
  const auto transport = connect();
  ASSERT_TRUE(transport->stream(get_, seconds(10), keep(), {}));
  ASSERT_TRUE(transport->stream(get_, seconds(10), keep(), {}));
  EXPECT_THAT(lines_, ElementsAre("one", "one"));
}

TEST_F(CppRestStream, TakesALineOfManyMegabytes) {
  const std::string big(10u << 20, 'x');
  serve([&](Conversation& call) {
    call.begin_chunks();
    call.chunk(big + "\nsmall\n");
    call.end_chunks();
  });
  ASSERT_TRUE(connect()->stream(get_, seconds(30), keep(), {}));
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_EQ(lines_[0].size(), big.size());
  EXPECT_EQ(lines_[1], "small");
}

TEST_F(CppRestStream, RefusesALineBeyondItsBound) {
  serve([](Conversation& call) {
    call.begin_chunks();
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 40 && call.chunk(piece); ++i) {
    }
    call.hold();
  });
  const auto ended = connect()->stream(get_, seconds(60), keep(), {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().failure, Failure::too_large);
  EXPECT_TRUE(lines_.empty());
}

TEST_F(CppRestStream, GivesStatusAndBodyOfARefusal) {
  serve([](Conversation& call) { call.respond(410, R"({"kind":"Status","reason":"Expired"})"); });
  const auto ended = connect()->stream(get_, seconds(10), keep(), {});
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, 410);
  EXPECT_EQ(ended->body, R"({"kind":"Status","reason":"Expired"})");
  EXPECT_TRUE(lines_.empty());
}

TEST_F(CppRestStream, CutsTheBodyOfARefusal) {
  serve([](Conversation& call) {
    call.begin_chunks(500);
    while (call.chunk(std::string(100'000, 'x'))) {
    }
  });
  const auto ended = connect()->stream(get_, seconds(10), keep(), {});
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->status, 500);
  EXPECT_EQ(ended->body.size(), 1u << 20);
}

TEST_F(CppRestStream, CallsAStreamThatIsCutBroken) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\ntw");
    call.close();
  });
  const auto ended = connect()->stream(get_, seconds(10), keep(), {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().failure, Failure::broken);
  EXPECT_THAT(lines_, ElementsAre("one"));
}

TEST_F(CppRestStream, GivesAHalfOpenStreamUpAfterItsIdleTime) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\n");
    call.hold();
  });
  const auto ended = connect()->stream(get_, milliseconds(150), keep(), {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().failure, Failure::timeout);
  EXPECT_THAT(ended.error().message, HasSubstr("not a byte"));
  EXPECT_THAT(lines_, ElementsAre("one"));
}

TEST_F(CppRestStream, WaitsForTheHeadersNoLongerThanItsIdleTime) {
  serve([](Conversation& call) { call.hold(); });
  const auto ended = connect()->stream(get_, milliseconds(150), keep(), {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().failure, Failure::timeout);
}

TEST_F(CppRestStream, StopsPromptlyWhileItWaits) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\n");
    call.hold();
  });
  const auto transport = connect();
  std::stop_source stop;
  std::latch streaming(1);
  steady_clock::time_point asked;
  std::jthread stopper([&] {
    streaming.wait();
    asked = steady_clock::now();
    stop.request_stop();
  });
  const auto ended = transport->stream(
      get_, seconds(60),
      [&](std::string_view) {
        streaming.count_down();
        return true;
      },
      stop.get_token());
  const auto returned = steady_clock::now();
  stopper.join();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().failure, Failure::stopped);
  EXPECT_LT(returned - asked, seconds(2));
}

TEST_F(CppRestStream, StopsWhileLinesKeepComing) {
  serve([](Conversation& call) {
    call.begin_chunks();
    while (call.chunk("line\n")) {
    }
  });
  std::stop_source stop;
  int seen = 0;
  const auto ended = connect()->stream(
      get_, seconds(60),
      [&](std::string_view) {
        if (++seen == 1000) stop.request_stop();
        return true;
      },
      stop.get_token());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().failure, Failure::stopped);
}

// The server writes until nobody takes any more: what it could write is what the way to a standing reader holds.
TEST_F(CppRestStream, HoldsTheServerBackWhenItsLinesAreReadSlowly) {
  constexpr std::size_t total = 200u << 20;
  std::promise<std::size_t> standing;
  serve([&](Conversation& call) {
    call.write_timeout(300);
    call.begin_chunks();
    const std::string piece = std::string(32'767, 'x') + "\n";
    while (call.written < total && call.chunk(piece)) {
    }
    standing.set_value(call.written);
    call.close();
  });
  std::size_t written = 0;
  const auto ended = connect()->stream(get_, seconds(30),
                                       [&](std::string_view) {
                                         written = standing.get_future().get();
                                         return false;
                                       },
                                       {});
  ASSERT_TRUE(ended);
  EXPECT_LT(written, 32u << 20);
}

TEST_F(CppRestStream, LosesNothingWhenItsLinesAreReadSlowly) {
  constexpr int count = 20'000;
  serve([](Conversation& call) {
    call.begin_chunks();
    std::string piece;
    for (int i = 0; i < count; ++i) {
      piece += std::to_string(i) + std::string(200, '.') + "\n";
      if (piece.size() > 3000) {
        call.chunk(piece);
        piece.clear();
      }
    }
    call.chunk(piece);
    call.end_chunks();
  });
  int expected = 0;
  bool in_order = true;
  const auto ended = connect()->stream(get_, seconds(30),
                                       [&](std::string_view line) {
                                         in_order =
                                             in_order && line.substr(0, line.find('.')) == std::to_string(expected);
                                         ++expected;
                                         return true;
                                       },
                                       {});
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_TRUE(in_order);
  EXPECT_EQ(expected, count);
}

TEST_F(CppRestStream, RunsManyStreamsBesideUnaryCalls) {
  constexpr int streams = 12;
  std::latch open(streams);
  serve([&](Conversation& call) {
    if (call.target == "/unary") {
      call.respond(200, "{}");
      return;
    }
    call.begin_chunks();
    call.chunk("one\n");
    call.hold();
  });
  const auto transport = connect();
  std::stop_source stop;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < streams; ++i) {
      threads.emplace_back([&] {
        transport->stream(
            get_, seconds(60),
            [&](std::string_view) {
              open.count_down();
              return true;
            },
            stop.get_token());
      });
    }
    open.wait();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(transport->send({"GET", "/unary", {}, ""}, seconds(10), {}));
    stop.request_stop();
  }
}

TEST_F(CppRestStream, LetsAnExceptionOfItsCallerThrough) {
  serve([](Conversation& call) {
    call.begin_chunks();
    call.chunk("one\n");
    call.hold();
  });
  const auto transport = connect();
  EXPECT_THROW(
      transport->stream(get_, seconds(10), [](std::string_view) -> bool { throw std::runtime_error("x"); }, {}),
      std::runtime_error);
}

}  // namespace
}  // namespace http::testing
