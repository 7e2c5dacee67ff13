#include <atomic>
#include <thread>
#include <vector>

#include "transport_fixture.h"

namespace http::testing {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;

class UnaryCall : public TransportTest {};

TEST_F(UnaryCall, SendsARequestAsItIsAndGivesTheWholeAnswer) {
  std::string seen;
  serve([&](Conversation& call) {
    seen = call.method + " " + call.target + "\n" + call.head + "\n" + call.body;
    call.respond(201, R"({"a":1})", "X-One: 1\r\nRetry-After: 7\r\n");
  });
  const auto transport = connect();
  const Request request{"PATCH",
                        "/api/v1/namespaces/n/configmaps/a%2Fb?fieldManager=x&labelSelector=a%3Db%2Cc",
                        {{"Content-Type", "application/apply-patch+yaml"}, {"Authorization", "Bearer abc"}},
                        R"({"kind":"ConfigMap"})"};
  const auto answer = transport->send(request, seconds(10), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, R"({"a":1})");
  EXPECT_EQ(answer->header("retry-after"), "7");
  EXPECT_THAT(seen, HasSubstr("PATCH /api/v1/namespaces/n/configmaps/a%2Fb?fieldManager=x&labelSelector=a%3Db%2Cc\n"));
  EXPECT_THAT(seen, HasSubstr("Content-Type: application/apply-patch+yaml\r\n"));
  EXPECT_THAT(seen, HasSubstr("Authorization: Bearer abc\r\n"));
  EXPECT_THAT(seen, HasSubstr("\n"
                              R"({"kind":"ConfigMap"})"));
}

TEST_F(UnaryCall, SendsABodyWithDelete) {
  std::string body;
  serve([&](Conversation& call) {
    body = call.body;
    call.respond(200, "{}");
  });
  ASSERT_TRUE(connect()->send({"DELETE", "/x", {}, "{\"kind\":\"DeleteOptions\"}"}, seconds(10), {}));
  EXPECT_EQ(body, "{\"kind\":\"DeleteOptions\"}");
}

TEST_F(UnaryCall, PutsThePathOfItsUrlBeforeTheTarget) {
  std::string target;
  serve([&](Conversation& call) {
    target = call.target;
    call.respond(200, "{}");
  });
  ASSERT_TRUE(
      connect(server_->url() + "/clusters/one")->send({"GET", "/api/v1/pods?limit=1", {}, ""}, seconds(10), {}));
  EXPECT_EQ(target, "/clusters/one/api/v1/pods?limit=1");
}

TEST_F(UnaryCall, GivesAnAnswerOfAnyStatus) {
  serve([](Conversation& call) { call.respond(503, "later"); });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "later");
}

TEST_F(UnaryCall, FollowsNoRedirect) {
  serve([](Conversation& call) { call.respond(302, "", "Location: /elsewhere\r\n"); });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server_->requests_served(), 1);
}

TEST_F(UnaryCall, ReadsAChunkedAnswer) {
  serve([](Conversation& call) {
    call.begin_chunks();
    for (int i = 0; i < 100; ++i) call.chunk(std::string(1000, 'x'));
    call.end_chunks();
  });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 100'000u);
}

TEST_F(UnaryCall, SharesKeptConnectionsAmongThreads) {
  constexpr int threads = 16;
  serve([](Conversation& call) { call.respond(200, "{}"); });
  const auto transport = connect();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (int k = 0; k < 20; ++k) good += transport->send(get_, seconds(20), {}).has_value() ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, threads * 20);
  EXPECT_LE(server_->connections_made(), threads);
}

TEST_F(UnaryCall, UsesOneConnectionForOneThread) {
  serve([](Conversation& call) { call.respond(200, "{}"); });
  const auto transport = connect();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_EQ(server_->connections_made(), 1);
}

TEST_F(UnaryCall, ComesBackOnANewConnectionWhenTheServerClosedTheKeptOne) {
  serve([](Conversation& call) { call.respond(200, "{}"); });
  const auto transport = connect();
  ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  server_->close_connections();
  EXPECT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_EQ(server_->connections_made(), 2);
}

// The end comes with the request, so that it cannot be seen before.
TEST_F(UnaryCall, RepeatsOnAClosedConnectionOnlyWhatIsRepeatable) {
  std::atomic<int> calls = 0;
  serve([&](Conversation& call) {
    if (++calls % 2 == 0) {
      call.close();
    } else {
      call.respond(200, "{}");
    }
  });
  const auto transport = connect();
  Request patch{"PATCH", "/x", {}, "{}"};
  ASSERT_TRUE(transport->send(patch, seconds(10), {}));
  const auto lost = transport->send(patch, seconds(10), {});
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().failure, Failure::broken);
  EXPECT_THAT(lost.error().message, HasSubstr("without an answer"));
  EXPECT_EQ(calls, 2);

  patch.repeatable = true;
  ASSERT_TRUE(transport->send(patch, seconds(10), {}));
  EXPECT_TRUE(transport->send(patch, seconds(10), {}));
  EXPECT_EQ(calls, 5);
}

// A connection of its own says what it is told: repeating there would go on for ever.
TEST_F(UnaryCall, RepeatsNothingOnANewConnection) {
  std::atomic<int> calls = 0;
  serve([&](Conversation& call) {
    ++calls;
    call.close();
  });
  Request get = get_;
  get.repeatable = true;
  EXPECT_FALSE(connect()->send(get, seconds(10), {}));
  EXPECT_EQ(calls, 1);
}

TEST_F(UnaryCall, LetsNoHeaderBeginAnother) {
  serve([](Conversation& call) { call.respond(200, "{}"); });
  const auto answer = connect()->send({"GET", "/x", {{"Authorization", "a\r\nX-Two: b"}}, ""}, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("the header Authorization has a line break"));
  EXPECT_EQ(server_->requests_served(), 0);
}

TEST_F(UnaryCall, RefusesWhatIsNoHttp) {
  serve([](Conversation& call) {
    call.write("220 mail.example.org ESMTP\r\n");
    call.close();
  });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("does not answer in HTTP"));
}

TEST_F(UnaryCall, ReadsAnAnswerThatEndsWithItsConnection) {
  const auto to_the_end = [](Conversation& call) {
    call.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
    call.close();
  };
  const ScriptedServer plain(to_the_end, std::nullopt);
  const auto answer = connect(plain.url())->send(get_, seconds(10), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "to the end");
  // Whoever cuts a TLS connection from outside must not make an answer shorter.
  serve(to_the_end);
  EXPECT_FALSE(connect()->send(get_, seconds(10), {}));
}

TEST_F(UnaryCall, NamesARefusedConnection) {
  serve([](Conversation&) {});
  const std::string url = server_->url("127.0.0.1");
  const std::string port = std::to_string(server_->port());
  server_.reset();
  const auto answer = connect(url)->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::unreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1:" + port + ": connection refused"));
}

TEST_F(UnaryCall, NamesAHostThatDoesNotExist) {
  const auto answer = connect("https://no-such-host.invalid:6443")->send(get_, seconds(30), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::unreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("cannot resolve no-such-host.invalid"));
}

TEST_F(UnaryCall, RefusesEachRequestWhereTheUrlCannotBeUsed) {
  const auto answer = connect("localhost:6443")->send(get_, seconds(1), {});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("must start with https://"));
}

TEST_F(UnaryCall, EndsAtItsDeadline) {
  serve([](Conversation& call) { call.hold(); });
  const auto transport = connect();
  const auto began = steady_clock::now();
  const auto answer = transport->send(get_, milliseconds(100), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::timeout);
  EXPECT_THAT(answer.error().message, HasSubstr("within 100 ms"));
  EXPECT_LT(steady_clock::now() - began, seconds(5));
}

TEST_F(UnaryCall, CountsADribblingAnswerAgainstTheDeadline) {
  serve([](Conversation& call) {
    call.begin_chunks();
    while (call.chunk("x")) {
    }
  });
  const auto answer = connect()->send(get_, milliseconds(100), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::timeout);
}

TEST_F(UnaryCall, StopsPromptly) {
  std::stop_source stop;
  std::atomic<steady_clock::rep> asked = 0;
  serve([&](Conversation& call) {
    asked = steady_clock::now().time_since_epoch().count();
    stop.request_stop();
    call.hold();
  });
  const auto answer = connect()->send(get_, seconds(30), stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::stopped);
  EXPECT_LT(steady_clock::now().time_since_epoch().count() - asked, steady_clock::duration(seconds(2)).count());
}

TEST_F(UnaryCall, SendsNothingWhenStoppedBefore) {
  serve([](Conversation& call) { call.hold(); });
  std::stop_source stop;
  stop.request_stop();
  const auto answer = connect()->send(get_, seconds(30), stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::stopped);
}

TEST_F(UnaryCall, RefusesABodyBeyondItsBound) {
  serve([](Conversation& call) {
    call.begin_chunks();
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 66 && call.chunk(piece); ++i) {
    }
    call.hold();
  });
  const auto answer = connect()->send(get_, seconds(60), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::too_large);
  EXPECT_THAT(answer.error().message, HasSubstr("longer than 64 MiB"));
}

TEST_F(UnaryCall, CallsAnAnswerThatEndsEarlyBroken) {
  serve([](Conversation& call) {
    call.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    call.close();
  });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::broken);
  EXPECT_THAT(answer.error().message, HasSubstr("in the middle of its answer"));
}

TEST_F(UnaryCall, CallsAConnectionThatEndsWithoutAnAnswerBroken) {
  serve([](Conversation& call) { call.close(); });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::broken);
}

TEST_F(UnaryCall, WorksAgainAfterAFailure) {
  std::atomic<int> calls = 0;
  serve([&](Conversation& call) {
    if (++calls == 1) {
      call.close();
    } else {
      call.respond(200, "{}");
    }
  });
  const auto transport = connect();
  EXPECT_FALSE(transport->send(get_, seconds(10), {}));
  EXPECT_TRUE(transport->send(get_, seconds(10), {}));
}

TEST_F(UnaryCall, SpeaksPlainHttpToo) {
  const ScriptedServer plain([](Conversation& call) { call.respond(200, "plain"); }, std::nullopt);
  const auto answer = connect(plain.url())->send(get_, seconds(10), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "plain");
}

}  // namespace
}  // namespace http::testing
