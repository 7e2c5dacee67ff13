#include "kube/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "../base/fake_clock.h"

namespace kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;

using Answer = http::Result<http::Response>;

Answer status(int code, const std::string& body = "{}", std::vector<http::Header> headers = {}) {
  return http::Response{code, std::move(headers), body};
}
Answer failure(http::Failure kind) { return tl::unexpected(http::Error{kind, "no answer"}); }
Answer busy(int code, const char* after) { return status(code, "", {{"Retry-After", after}}); }

// Answers from a script, and remembers what was asked.
class ScriptedTransport final : public http::Transport {
 public:
  http::Result<http::Response> send(const http::Request& request, base::Duration deadline, std::stop_token) override {
    deadlines.push_back(deadline);
    return next(request);
  }
  http::Result<http::Response> stream(const http::Request& request, base::Duration idle,
                                      const std::function<bool(std::string_view)>& on_line, std::stop_token) override {
    deadlines.push_back(idle);
    Answer answer = next(request);
    for (const std::string& line : lines) {
      if (answer && answer->status == 200 && !on_line(line)) break;
    }
    return answer;
  }

  std::deque<Answer> script;
  std::vector<std::string> lines;
  std::vector<http::Request> requests;
  std::vector<base::Duration> deadlines;

 private:
  Answer next(const http::Request& request) {
    requests.push_back(request);
    if (script.empty()) return status(200);
    Answer answer = std::move(script.front());
    script.pop_front();
    return answer;
  }
};

class ScriptedCredentials final : public Credentials {
 public:
  base::Result<std::string> authorization() override {
    if (!error.empty()) return base::failure(error);
    return "Bearer " + std::to_string(rejections.size());
  }
  void rejected(base::Monotonic sent) override { rejections.push_back(sent); }
  base::Result<TlsMaterial> tls() override { return TlsMaterial{}; }

  std::string error;
  std::vector<base::Monotonic> rejections;
};

class ClientTest : public testing::Test {
 protected:
  ClientSettings settings() {
    return {"api:6443", &clock_,
            [this](base::Duration duration, const std::stop_token& stop) {
              waits_.push_back(duration);
              clock_.advance(duration);
              return !stop.stop_requested();
            },
            [this] { return std::chrono::duration_cast<base::Duration>(leads_until_ - clock_.now()); }};
  }
  std::string sent(const std::string& name, std::size_t request = 0) const {
    http::Response response;
    response.headers = transport_->requests.at(request).headers;
    return response.header(name);
  }

  base::FakeClock clock_;
  base::Metrics metrics_;
  std::vector<base::Duration> waits_;
  base::Monotonic leads_until_ = base::Monotonic{} + std::chrono::hours(1000);
  const std::shared_ptr<ScriptedTransport> transport_ = std::make_shared<ScriptedTransport>();
  const std::shared_ptr<ScriptedCredentials> credentials_ = std::make_shared<ScriptedCredentials>();
  Client client_{transport_, credentials_, metrics_, "heat-operator/test", settings()};
};

TEST_F(ClientTest, SendsCredentialsAndItsName) {
  ASSERT_TRUE(client_.get(types::secret, {"ns", "a"}, {}));
  EXPECT_EQ(transport_->requests[0].method, "GET");
  EXPECT_EQ(transport_->requests[0].target, "/api/v1/namespaces/ns/secrets/a");
  EXPECT_EQ(sent("Authorization"), "Bearer 0");
  EXPECT_EQ(sent("User-Agent"), "heat-operator/test");
  EXPECT_EQ(sent("Accept"), "application/json");
}

TEST_F(ClientTest, AppliesWithTheBodyAsItIs) {
  transport_->script = {status(201, R"({"x":1})")};
  const auto applied = client_.apply(types::config_map, {"ns", "a"}, R"({"kind":"ConfigMap"})", {}, {});
  ASSERT_TRUE(applied);
  EXPECT_EQ(applied->body, R"({"x":1})");
  EXPECT_TRUE(applied->created);
  EXPECT_EQ(transport_->requests[0].method, "PATCH");
  EXPECT_EQ(transport_->requests[0].body, R"({"kind":"ConfigMap"})");
  EXPECT_EQ(sent("Content-Type"), "application/apply-patch+yaml");
}

TEST_F(ClientTest, CreatesWithPost) {
  transport_->script = {status(409, R"({"kind":"Status","reason":"AlreadyExists"})")};
  const auto created = client_.create(types::secret, "ns", "{}", {});
  ASSERT_FALSE(created);
  EXPECT_TRUE(created.error().already_exists());
  EXPECT_EQ(transport_->requests[0].method, "POST");
}

TEST_F(ClientTest, TakesAMissingObjectForRemoved) {
  transport_->script = {status(404)};
  EXPECT_TRUE(client_.remove(types::secret, {"ns", "a"}, {"uid", ""}, {}));
  EXPECT_EQ(transport_->requests[0].method, "DELETE");
  EXPECT_THAT(transport_->requests[0].body, HasSubstr("\"uid\":\"uid\""));
}

TEST_F(ClientTest, TellsThatAPreconditionFailed) {
  transport_->script = {status(409, R"({"kind":"Status","reason":"Conflict"})")};
  const auto removed = client_.remove(types::secret, {"ns", "a"}, {"uid", ""}, {});
  ASSERT_FALSE(removed);
  EXPECT_TRUE(removed.error().conflict());
}

TEST_F(ClientTest, RefreshesItsCredentialsOnceOn401) {
  transport_->script = {status(401), status(200, "good")};
  const auto got = client_.get_path("/version", {});
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, "good");
  EXPECT_THAT(credentials_->rejections, ElementsAre(clock_.now()));
  EXPECT_EQ(sent("Authorization", 1), "Bearer 1");
}

TEST_F(ClientTest, GivesUpAtTheSecond401) {
  transport_->script = {status(401), status(401)};
  const auto got = client_.get_path("/version", {});
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().unauthorized());
  EXPECT_EQ(transport_->requests.size(), 2u);
}

TEST_F(ClientTest, SendsNothingWithoutCredentials) {
  credentials_->error = "the token file is empty";
  const auto got = client_.get_path("/version", {});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().text(), "Credentials: the token file is empty");
  EXPECT_TRUE(transport_->requests.empty());
}

TEST_F(ClientTest, ComesBackWhenTheServerSays) {
  transport_->script = {busy(429, "3"), busy(503, "1"), status(200)};
  EXPECT_TRUE(client_.apply(types::config_map, {"ns", "a"}, "{}", {}, {}));
  EXPECT_THAT(waits_, ElementsAre(seconds(3), seconds(1)));
  EXPECT_EQ(transport_->requests[2].body, "{}");
}

TEST_F(ClientTest, WaitsAtLeastItsOwnBackoff) {
  transport_->script = {busy(429, "0"), busy(429, "0"), status(200)};
  EXPECT_TRUE(client_.get_path("/version", {}));
  ASSERT_EQ(waits_.size(), 2u);
  EXPECT_GE(waits_[0], milliseconds(100));
  EXPECT_GE(waits_[1], milliseconds(200));
}

TEST_F(ClientTest, DoesNotRepeatWhereTheServerDoesNotAskForIt) {
  transport_->script = {status(500), status(200)};
  EXPECT_FALSE(client_.get_path("/version", {}));
  EXPECT_EQ(transport_->requests.size(), 1u);
}

TEST_F(ClientTest, DoesNotRepeatALostAnswer) {
  for (const auto kind : {http::Failure::broken, http::Failure::timeout, http::Failure::unreachable}) {
    transport_->requests.clear();
    transport_->script = {failure(kind), status(200)};
    const auto created = client_.create(types::secret, "ns", "{}", {});
    ASSERT_FALSE(created);
    EXPECT_TRUE(created.error().no_answer());
    EXPECT_EQ(transport_->requests.size(), 1u);
  }
}

TEST_F(ClientTest, RepeatsAtMostTenTimes) {
  for (int i = 0; i < 20; ++i) transport_->script.push_back(busy(429, "0"));
  const auto got = client_.get_path("/version", {});
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().too_many_requests());
  EXPECT_LE(transport_->requests.size(), 11u);
  EXPECT_GE(transport_->requests.size(), 5u);
}

TEST_F(ClientTest, DoesNotWaitBeyondItsDeadline) {
  transport_->script = {busy(429, "60")};
  const auto got = client_.get_path("/version", {});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().retry_after, seconds(60));
  EXPECT_TRUE(waits_.empty());
}

TEST_F(ClientTest, LeavesARepetitionTheRestOfItsDeadline) {
  transport_->script = {busy(429, "12"), status(200)};
  EXPECT_TRUE(client_.get_path("/version", {}));
  EXPECT_THAT(transport_->deadlines, ElementsAre(seconds(30), seconds(18)));
}

TEST_F(ClientTest, StopsWhileItWaits) {
  std::stop_source stop;
  stop.request_stop();
  transport_->script = {busy(429, "1"), status(200)};
  const auto got = client_.get_path("/version", stop.get_token());
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().stopped());
  EXPECT_EQ(transport_->requests.size(), 1u);
}

TEST_F(ClientTest, ReallyWaitsOnlyUntilItIsStopped) {
  Client client(transport_, credentials_, metrics_, "x");
  std::stop_source stop;
  transport_->script = {busy(429, "20"), status(200)};
  std::jthread stopper([&] { stop.request_stop(); });
  const auto got = client.get_path("/version", stop.get_token());
  ASSERT_FALSE(got);
  EXPECT_TRUE(got.error().stopped());
}

TEST_F(ClientTest, SendsNoWriteWhereItMayNot) {
  leads_until_ = clock_.now();
  const Error refused[] = {client_.apply(types::config_map, {"ns", "a"}, "{}", {}, {}).error(),
                           client_.create(types::secret, "ns", "{}", {}).error(),
                           client_.replace(types::lease, {"ns", "a"}, "{}", {}).error(),
                           client_.merge(types::event, {"ns", "a"}, "{}", {}).error(),
                           client_.remove(types::secret, {"ns", "a"}, {}, {}).error()};
  for (const Error& error : refused) {
    EXPECT_EQ(error.reason, "NotLeading");
    EXPECT_TRUE(error.stopped());
  }
  EXPECT_TRUE(transport_->requests.empty());
}

TEST_F(ClientTest, ReadsWhereItMayNotWrite) {
  leads_until_ = clock_.now();
  EXPECT_TRUE(client_.get(types::secret, {"ns", "a"}, {}));
  EXPECT_TRUE(client_.list(types::secret, "ns", {}, {}));
  EXPECT_TRUE(client_.watch(types::secret, "ns", {}, [](std::string_view) { return true; }, {}));
}

TEST_F(ClientTest, DoesNotRepeatAWriteThatItMayNotSendAnyMore) {
  leads_until_ = clock_.now() + seconds(2);
  transport_->script = {busy(429, "3"), status(200)};
  const auto applied = client_.apply(types::config_map, {"ns", "a"}, "{}", {}, {});
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().reason, "NotLeading");
  EXPECT_EQ(transport_->requests.size(), 1u);
}

TEST_F(ClientTest, ReplacesWithPut) {
  transport_->script = {status(409, R"({"kind":"Status","reason":"Conflict"})")};
  const auto replaced = client_.replace(types::lease, {"ns", "a"}, R"({"kind":"Lease"})", {}, seconds(5));
  ASSERT_FALSE(replaced);
  EXPECT_TRUE(replaced.error().conflict());
  EXPECT_EQ(transport_->requests[0].method, "PUT");
  EXPECT_EQ(transport_->requests[0].body, R"({"kind":"Lease"})");
  EXPECT_EQ(sent("Content-Type"), "application/json");
  EXPECT_THAT(transport_->deadlines, ElementsAre(seconds(5)));
}

TEST_F(ClientTest, MergesWithAMergePatch) {
  ASSERT_TRUE(client_.merge(types::event, {"ns", "a"}, R"({"series":{}})", {}));
  EXPECT_EQ(transport_->requests[0].method, "PATCH");
  EXPECT_EQ(sent("Content-Type"), "application/merge-patch+json");
}

TEST_F(ClientTest, WatchesLineByLine) {
  transport_->lines = {"one", "two", "three"};
  std::vector<std::string> seen;
  const auto ended = client_.watch(types::secret, "ns", {},
                                   [&](std::string_view line) {
                                     seen.emplace_back(line);
                                     return seen.size() < 2;
                                   },
                                   {});
  EXPECT_TRUE(ended);
  EXPECT_THAT(seen, ElementsAre("one", "two"));
}

TEST_F(ClientTest, GivesAWatchTenSecondsMoreThanTheServer) {
  WatchOptions options;
  options.timeout = seconds(290);
  ASSERT_TRUE(client_.watch(types::secret, "ns", options, [](std::string_view) { return true; }, {}));
  EXPECT_THAT(transport_->deadlines, ElementsAre(seconds(300)));
}

TEST_F(ClientTest, GivesTheErrorOfARefusedWatch) {
  transport_->script = {status(410, R"({"kind":"Status","reason":"Expired","message":"too old"})")};
  const auto ended = client_.watch(types::secret, "ns", {}, [](std::string_view) { return true; }, {});
  ASSERT_FALSE(ended);
  EXPECT_TRUE(ended.error().gone());
  EXPECT_EQ(ended.error().reason, "Expired");
}

TEST_F(ClientTest, RefreshesItsCredentialsOnceForAWatch) {
  transport_->script = {status(401), status(200)};
  EXPECT_TRUE(client_.watch(types::secret, "ns", {}, [](std::string_view) { return true; }, {}));
  EXPECT_EQ(credentials_->rejections.size(), 1u);
}

TEST_F(ClientTest, LeavesRepetitionOfAWatchToItsCaller) {
  transport_->script = {busy(429, "1"), status(200)};
  const auto ended = client_.watch(types::secret, "ns", {}, [](std::string_view) { return true; }, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().retry_after, seconds(1));
}

TEST_F(ClientTest, CountsRequests) {
  transport_->script = {busy(429, "1"), status(200), failure(http::Failure::broken), failure(http::Failure::stopped)};
  client_.get_path("/a", {});
  client_.get_path("/b", {});
  client_.get_path("/c", {});
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr(R"(rest_client_requests_total{code="200",host="api:6443",method="GET"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(rest_client_requests_total{code="429",host="api:6443",method="GET"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(rest_client_requests_total{code="<error>",host="api:6443",method="GET"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(rest_client_request_retries_total{code="429",host="api:6443",verb="GET"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(rest_client_request_duration_seconds_count{host="api:6443",verb="GET"} 4)"));
  EXPECT_THAT(text, HasSubstr(R"(rest_client_requests_total{code="200",host="api:6443",method="PATCH"} 0)"));
}

}  // namespace
}  // namespace kube
