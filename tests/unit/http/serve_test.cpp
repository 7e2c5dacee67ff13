#include "http/serve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace http {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// What the server says to these bytes.
std::string ask(int port, const std::string& request) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  std::string answer;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
    char bytes[4096];
    for (ssize_t got = 0; (got = ::recv(socket, bytes, sizeof bytes, 0)) > 0;) {
      answer.append(bytes, static_cast<std::size_t>(got));
    }
  }
  ::close(socket);
  return answer;
}

std::map<std::string, std::function<Page()>> one_page() {
  return {{"/healthz",
           [] {
             return Page{200, "text/plain", "ok\n"};
           }},
          {"/readyz", [] {
             return Page{503, "text/plain", "not yet\n"};
           }}};
}

std::unique_ptr<Server> served() { return *serve("127.0.0.1:0", one_page()); }

TEST(Serve, AnswersGetWithThePage) {
  const auto server = served();
  const std::string answer = ask(server->port(), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nok\n"));
}

TEST(Serve, GivesThePagesStatus) {
  const auto server = served();
  EXPECT_THAT(ask(server->port(), "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
}

TEST(Serve, AnswersHeadWithoutTheBody) {
  const auto server = served();
  const std::string answer = ask(server->port(), "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST(Serve, Answers404ForAnotherPath) {
  const auto server = served();
  EXPECT_THAT(ask(server->port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask(server->port(), "GET /healthz/more HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
}

TEST(Serve, RefusesOtherMethods) {
  const auto server = served();
  EXPECT_THAT(ask(server->port(), "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST(Serve, AnswersSeveralClientsAtOnce) {
  const auto server = served();
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&] {
        const std::string answer = ask(server->port(), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        good += answer.find("200 OK") != std::string::npos ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(good, 8);
}

TEST(Serve, SaysThatAnAddressIsTaken) {
  const auto first = served();
  const auto second = serve("127.0.0.1:" + std::to_string(first->port()), one_page());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("cannot listen on \"127.0.0.1:" + std::to_string(first->port())));
  EXPECT_THAT(second.error().message, HasSubstr("choose another address"));
}

TEST(Serve, RefusesWhatIsNoAddress) {
  for (const char* address : {"", "8080", "localhost", ":http", ":70000", ":-1", "127.0.0.1:"}) {
    const auto server = serve(address, one_page());
    ASSERT_FALSE(server) << address;
    EXPECT_THAT(server.error().message, HasSubstr("is no address to listen on"));
  }
}

TEST(Serve, ListensOnEveryAddressWithoutAHost) {
  const auto server = serve(":0", one_page());
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_THAT(ask((*server)->port(), "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace http
