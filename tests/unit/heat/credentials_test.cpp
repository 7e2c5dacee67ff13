#include "heat/config/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "heat/config/broker_access.h"
#include "sample.h"

namespace heat {
namespace {

using testing::HasSubstr;
using testing::Not;

base::Result<DatabaseAccess, Problem> database(const SecretData& data) { return database_access(sample::spec(), data); }
base::Result<BrokerAccess, Problem> broker(const SecretData& data) { return broker_access(sample::spec(), &data, {}); }

const SecretData parts = {{"host", "db"}, {"username", "heat"}, {"password", "canary"}, {"database", "heat"}};

SecretData with(SecretData data, const std::string& key, const std::string& value) {
  data[key] = value;
  return data;
}

TEST(Credentials, DatabaseFromParts) {
  const auto access = database(with(with(parts, "port", "3307"), "password", "p@:/ $é"));
  ASSERT_TRUE(access);
  EXPECT_EQ(access->connection, "mysql+pymysql://heat:p%40%3A%2F%20%24%C3%A9@db:3307/heat?charset=utf8mb4");
  EXPECT_EQ(database(with(parts, "host", "2001:db8::1"))->connection,
            "mysql+pymysql://heat:canary@[2001:db8::1]:3306/heat?charset=utf8mb4");
}

TEST(Credentials, ConnectionIsTakenAsItIs) {
  const auto access = database({{"connection", "mysql+pymysql://u:p$w@db:3306/heat?charset=utf8mb4\n"}});
  ASSERT_TRUE(access);
  EXPECT_EQ(access->connection, "mysql+pymysql://u:p$w@db:3306/heat?charset=utf8mb4");
}

TEST(Credentials, IdentityIsFreeOfPasswordsAndTellsDatabasesApart) {
  const std::string identity = database({{"connection", "mysql://u:canary@db/heat?x=y"}})->identity;
  EXPECT_EQ(identity, "mysql://db/heat");
  EXPECT_EQ(database({{"connection", "mysql://u:p/w@db/heat"}})->identity, identity);
  EXPECT_NE(database({{"connection", "mysql://u:p@db/other"}})->identity, identity);
  EXPECT_EQ(database(parts)->identity, database(with(parts, "password", "other"))->identity);
  EXPECT_NE(database(parts)->identity, database(with(parts, "host", "other"))->identity);
}

TEST(Credentials, RefusesConnectionsThatCannotWork) {
  for (const char* value : {"", "heat", "://db/heat", "mysql://", "mysql://db", "mysql://db/", "mysql:///heat",
                            "sqlite:////tmp/x", "mysql://u:p@db/heat x", "mysql://u:p@db/he\nat"}) {
    const auto access = database({{"connection", value}});
    ASSERT_FALSE(access) << value;
    EXPECT_EQ(access.error().path, "spec.database.secretName");
  }
}

TEST(Credentials, NamesTheKeyThatIsMissing) {
  EXPECT_THAT(database({}).error().message, HasSubstr("connection, or the keys host, username, password and database"));
  for (const char* key : {"username", "password", "database"}) {
    SecretData data = parts;
    data.erase(key);
    EXPECT_THAT(database(data).error().message, HasSubstr(std::string("the key ") + key + " is missing")) << key;
  }
  EXPECT_THAT(broker({{"username", "heat"}}).error().message, HasSubstr("the key password is missing"));
  EXPECT_THAT(broker({{"username", ""}, {"password", "x"}}).error().message, HasSubstr("the key username is missing"));
}

// What is made of it would be refused by the API server, without a word on where it came from.
TEST(Credentials, AValueTooLongForAnySecretIsRefusedByItsKey) {
  EXPECT_TRUE(database(with(parts, "password", std::string(4096, 'p'))));
  const auto access = database(with(parts, "password", std::string(4097, 'p')));
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().message, HasSubstr("the value of password has 4097 bytes: write at most 4096"));
}

TEST(Credentials, HostileValuesAreRefusedInEveryKey) {
  for (const char* key : {"host", "username", "password", "database", "port"}) {
    for (const char* value : {"a\nb = c", "\xff\xfe", "a\rb"}) {
      EXPECT_FALSE(database(with(parts, key, value))) << key;
    }
  }
  for (const char* key : {"username", "password"}) {
    const SecretData login = {{"username", "a"}, {"password", "b"}};
    EXPECT_FALSE(broker(with(login, key, "x\ntransport_url = y"))) << key;
    // Seen with oslo.messaging 16.1 and kombu 5: the URL is cut at the slash.
    EXPECT_FALSE(broker(with(login, key, "a/b"))) << key;
  }
  for (const char* port : {"0", "65536", "x", "", "3306x", "-1"})
    EXPECT_FALSE(database(with(parts, "port", port))) << port;
  for (const char* name : {"a b", "a/b", "a?b", "../x", "a%41"})
    EXPECT_FALSE(database(with(parts, "database", name))) << name;
}

TEST(Credentials, ProblemsNeverHoldAValue) {
  const std::string canary = "canary\n";
  for (const char* key : {"host", "username", "password", "database", "port"}) {
    const auto access = database(with(parts, key, "canary\ncanary"));
    EXPECT_THAT(access.error().text(), Not(HasSubstr("canary"))) << key;
  }
  EXPECT_THAT(database({{"connection", "canary"}}).error().text(), Not(HasSubstr("canary")));
  EXPECT_THAT(broker({{"username", "can/ary"}, {"password", "x"}}).error().text(), Not(HasSubstr("can/ary")));
}

TEST(Credentials, TheLineBreakOfEchoIsTakenOff) {
  EXPECT_EQ(broker({{"username", "heat\n"}, {"password", "secret\r\n"}})->password, "secret");
}

}  // namespace
}  // namespace heat
