// kube::Client over the real transport, on a server that misbehaves.
#include "fake_api/tests/machinery.h"

namespace {

using fake_api::Fault;
using fake_api::Verb;
using machinery::config_map;

class ClientFaults : public testing::Test {
 protected:
  ClientFaults() : connected_(server_) {}

  kube::Result<kube::Applied> apply(const std::string& value) {
    return connected_.client().apply(kube::types::config_map, key_, config_map("a", value).dump(), {}, {});
  }
  kube::Result<std::string> get() { return connected_.client().get(kube::types::config_map, key_, {}); }
  static Fault fault(Verb verb) {
    Fault made;
    made.match.verb = verb;
    return made;
  }
  std::size_t answer(Verb verb, fake_api::Response response) {
    Fault made = fault(verb);
    made.instead = std::move(response);
    return server_.faults().add(std::move(made));
  }
  int writes() { return server_.log().write_count(); }

  const kube::ObjectKey key_{"default", "a"};
  fake_api::Server server_;
  machinery::Connected connected_;
};

TEST_F(ClientFaults, WritesAndReadsOverTls) {
  const auto applied = apply("1");
  ASSERT_TRUE(applied) << applied.error().text();
  const auto read = get();
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_TRUE(applied->created);
  EXPECT_EQ(applied->body, *read);
  const auto gone = connected_.client().remove(kube::types::config_map, key_, {}, {});
  ASSERT_TRUE(gone) << gone.error().text();
  EXPECT_TRUE(get().error().not_found());
  EXPECT_TRUE(connected_.client().remove(kube::types::config_map, key_, {}, {}));
}

TEST_F(ClientFaults, AServerThatItDoesNotTrustIsNotTalkedTo) {
  fake_api::Server other;
  http::TransportOptions options{other.url(), "", false, {}};
  options.tls = [this]() -> base::Result<http::TlsConfig> { return http::TlsConfig{server_.ca_pem(), "", ""}; };
  const auto transport = http::connect(std::move(options));
  const auto answer = transport->send({"GET", "/version", {}, ""}, machinery::deadline, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().failure, http::Failure::tls);
}

TEST_F(ClientFaults, CreateTellsThatTheNameIsTaken) {
  const std::string body = config_map("a", "1").dump();
  ASSERT_TRUE(connected_.client().create(kube::types::config_map, "default", body, {}));
  const auto again = connected_.client().create(kube::types::config_map, "default", body, {});
  ASSERT_FALSE(again);
  EXPECT_TRUE(again.error().already_exists());
}

TEST_F(ClientFaults, TooManyRequestsIsRepeatedWhenTheServerSaid) {
  const std::size_t refused = answer(Verb::apply, fake_api::refusal(429, "TooManyRequests", "slow down", 1));
  const auto begin = std::chrono::steady_clock::now();
  const auto applied = apply("1");
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(server_.faults().fired(refused), 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(ClientFaults, AFailureWithoutRetryAfterIsTheCallersBusiness) {
  answer(Verb::apply, fake_api::refusal(500, "InternalError", "etcd is away"));
  const auto applied = apply("1");
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, 500);
  EXPECT_EQ(applied.error().reason, "InternalError");
  EXPECT_EQ(writes(), 1);
}

TEST_F(ClientFaults, AConflictIsNotRepeated) {
  answer(Verb::apply, fake_api::refusal(409, "Conflict", "the object has been modified"));
  EXPECT_TRUE(apply("1").error().conflict());
  EXPECT_EQ(writes(), 1);
}

TEST_F(ClientFaults, UnauthorizedDropsTheTokenAndAsksOnceMore) {
  answer(Verb::get, fake_api::refusal(401, "Unauthorized", "Unauthorized"));
  ASSERT_TRUE(apply("1"));
  EXPECT_TRUE(get());
  EXPECT_EQ(connected_.credentials().rejections, 1);
}

TEST_F(ClientFaults, ForbiddenIsTold) {
  answer(Verb::get, fake_api::refusal(403, "Forbidden", "no such right"));
  EXPECT_TRUE(get().error().forbidden());
}

TEST_F(ClientFaults, AnAnswerThatBreaksOffIsAnErrorThoughTheWriteWasDone) {
  ASSERT_TRUE(apply("1"));
  Fault cut = fault(Verb::apply);
  cut.cut_answer = true;
  server_.faults().add(cut);
  const auto applied = apply("2");
  ASSERT_FALSE(applied);
  EXPECT_TRUE(applied.error().no_answer());
  EXPECT_TRUE(applied.error().transient());
  EXPECT_EQ(server_.api().read({"configmaps", "default", "a"})["data"]["v"], "2");
  EXPECT_EQ(writes(), 2);
}

TEST_F(ClientFaults, ALostAnswerToACreateEndsInAlreadyExistsOrAnError) {
  ASSERT_TRUE(apply("1"));  // the connection is a kept one: the library may ask again by itself
  Fault lost = fault(Verb::create);
  lost.lose_answer = true;
  server_.faults().add(lost);
  const auto created = connected_.client().create(kube::types::config_map, "default", config_map("b", "1").dump(), {});
  ASSERT_FALSE(created);
  EXPECT_TRUE(created.error().no_answer() || created.error().already_exists()) << created.error().text();
  EXPECT_FALSE(server_.api().read({"configmaps", "default", "b"}).is_null());
}

TEST_F(ClientFaults, ADroppedConnectionIsAnErrorOrIsHealed) {
  Fault drop = fault(Verb::apply);
  drop.drop = true;
  drop.times = 2;
  server_.faults().add(drop);
  const auto dropped = apply("1");
  ASSERT_FALSE(dropped);
  EXPECT_TRUE(dropped.error().no_answer());
  server_.faults().clear();
  EXPECT_TRUE(apply("2"));
}

TEST_F(ClientFaults, AnAnswerInSmallSlowPiecesIsRead) {
  Fault slow = fault(Verb::apply);
  slow.pace = {7, std::chrono::microseconds(200)};
  server_.faults().add(slow);
  const auto applied = apply("1");
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(json::string_at(json::parse(applied->body).value(), "/data/v"), "1");
}

TEST_F(ClientFaults, TenMegabytesComeAndGo) {
  const std::string large(10'000'000, 'x');
  const auto applied = apply(large);
  ASSERT_TRUE(applied) << applied.error().text();
  EXPECT_EQ(json::string_at(json::parse(applied->body).value(), "/data/v"), large);
}

TEST_F(ClientFaults, AStopEndsACallThatGetsNoAnswer) {
  Fault late = fault(Verb::get);
  late.delay = std::chrono::minutes(10);
  const std::size_t number = server_.faults().add(late);
  std::stop_source stop;
  kube::Error error;
  std::jthread caller([&] {
    const auto answer = connected_.client().get(kube::types::config_map, key_, stop.get_token());
    if (!answer) error = answer.error();
  });
  ASSERT_TRUE(server_.faults().wait_fired(number, machinery::deadline));
  stop.request_stop();
  caller.join();
  EXPECT_TRUE(error.stopped());
}

TEST_F(ClientFaults, PreconditionsProtectAnotherObjectOfTheName) {
  ASSERT_TRUE(apply("1"));
  const auto removed = connected_.client().remove(kube::types::config_map, key_, {"another-uid", ""}, {});
  ASSERT_FALSE(removed);
  EXPECT_TRUE(removed.error().conflict());
  EXPECT_TRUE(get());
}

}  // namespace
