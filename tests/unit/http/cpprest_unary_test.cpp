#include <atomic>
#include <thread>
#include <vector>

#include "transport_fixture.h"

namespace http::testing {
namespace {

using std::chrono::steady_clock;
using ::testing::HasSubstr;

class CppRestUnary : public TransportTest {};

TEST_F(CppRestUnary, SendsARequestAsItIsAndGivesTheWholeAnswer) {
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
  EXPECT_THAT(seen, HasSubstr("Content-Type:application/apply-patch+yaml\r\n"));
  EXPECT_THAT(seen, HasSubstr("Authorization:Bearer abc\r\n"));
  EXPECT_THAT(seen, HasSubstr("\n"
                              R"({"kind":"ConfigMap"})"));
}

TEST_F(CppRestUnary, SendsABodyWithDelete) {
  std::string body;
  serve([&](Conversation& call) {
    body = call.body;
    call.respond(200, "{}");
  });
  ASSERT_TRUE(connect()->send({"DELETE", "/x", {}, "{\"kind\":\"DeleteOptions\"}"}, seconds(10), {}));
  EXPECT_EQ(body, "{\"kind\":\"DeleteOptions\"}");
}

TEST_F(CppRestUnary, PutsThePathOfItsUrlBeforeTheTarget) {
  std::string target;
  serve([&](Conversation& call) {
    target = call.target;
    call.respond(200, "{}");
  });
  ASSERT_TRUE(
      connect(server_->url() + "/clusters/one")->send({"GET", "/api/v1/pods?limit=1", {}, ""}, seconds(10), {}));
  EXPECT_EQ(target, "/clusters/one/api/v1/pods?limit=1");
}

TEST_F(CppRestUnary, GivesAnAnswerOfAnyStatus) {
  serve([](Conversation& call) { call.respond(503, "later"); });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->body, "later");
}

TEST_F(CppRestUnary, FollowsNoRedirect) {
  serve([](Conversation& call) { call.respond(302, "", "Location: /elsewhere\r\n"); });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(server_->requests_served(), 1);
}

TEST_F(CppRestUnary, ReadsAChunkedAnswer) {
  serve([](Conversation& call) {
    call.begin_chunks();
    for (int i = 0; i < 100; ++i) call.chunk(std::string(1000, 'x'));
    call.end_chunks();
  });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 100'000u);
}

TEST_F(CppRestUnary, SharesKeptConnectionsAmongThreads) {
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

TEST_F(CppRestUnary, UsesOneConnectionForOneThread) {
  serve([](Conversation& call) { call.respond(200, "{}"); });
  const auto transport = connect();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_EQ(server_->connections_made(), 1);
}

TEST_F(CppRestUnary, ComesBackOnANewConnectionWhenTheServerClosedTheKeptOne) {
  serve([](Conversation& call) { call.respond(200, "{}"); });
  const auto transport = connect();
  ASSERT_TRUE(transport->send(get_, seconds(10), {}));
  server_->close_connections();
  EXPECT_TRUE(transport->send(get_, seconds(10), {}));
  EXPECT_EQ(server_->connections_made(), 2);
}

TEST_F(CppRestUnary, NamesARefusedConnection) {
  serve([](Conversation&) {});
  const std::string url = server_->url("127.0.0.1");
  const std::string port = std::to_string(server_->port());
  server_.reset();
  const auto answer = connect(url)->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::unreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("127.0.0.1:" + port + ": connection refused"));
}

TEST_F(CppRestUnary, NamesAHostThatDoesNotExist) {
  const auto answer = connect("https://no-such-host.invalid:6443")->send(get_, seconds(30), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::unreachable);
  EXPECT_THAT(answer.error().message, HasSubstr("cannot resolve no-such-host.invalid"));
}

TEST_F(CppRestUnary, RefusesEachRequestWhereTheUrlCannotBeUsed) {
  const auto answer = connect("localhost:6443")->send(get_, seconds(1), {});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("must start with https://"));
}

TEST_F(CppRestUnary, EndsAtItsDeadline) {
  serve([](Conversation& call) { call.hold(); });
  const auto transport = connect();
  const auto began = steady_clock::now();
  const auto answer = transport->send(get_, milliseconds(100), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::timeout);
  EXPECT_THAT(answer.error().message, HasSubstr("within 100 ms"));
  EXPECT_LT(steady_clock::now() - began, seconds(5));
}

TEST_F(CppRestUnary, CountsADribblingAnswerAgainstTheDeadline) {
  serve([](Conversation& call) {
    call.begin_chunks();
    while (call.chunk("x")) {
    }
  });
  const auto answer = connect()->send(get_, milliseconds(100), {});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().failure, Failure::stopped);
}

TEST_F(CppRestUnary, StopsPromptly) {
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

TEST_F(CppRestUnary, SendsNothingWhenStoppedBefore) {
  serve([](Conversation& call) { call.hold(); });
  std::stop_source stop;
  stop.request_stop();
  const auto answer = connect()->send(get_, seconds(30), stop.get_token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::stopped);
}

TEST_F(CppRestUnary, RefusesABodyBeyondItsBound) {
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

TEST_F(CppRestUnary, CallsAnAnswerThatEndsEarlyBroken) {
  serve([](Conversation& call) {
    call.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    call.close();
  });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::broken);
  EXPECT_THAT(answer.error().message, HasSubstr("in the middle of its answer"));
}

TEST_F(CppRestUnary, CallsAConnectionThatEndsWithoutAnAnswerBroken) {
  serve([](Conversation& call) { call.close(); });
  const auto answer = connect()->send(get_, seconds(10), {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, Failure::broken);
}

TEST_F(CppRestUnary, WorksAgainAfterAFailure) {
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

TEST_F(CppRestUnary, SpeaksPlainHttpToo) {
  const ScriptedServer plain([](Conversation& call) { call.respond(200, "plain"); }, std::nullopt);
  const auto answer = connect(plain.url())->send(get_, seconds(10), {});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "plain");
}

}  // namespace
}  // namespace http::testing
