// No value that a user gives can be more than a value in the files that hold it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/base64.h"
#include "heat/config/rabbitmq_conf.h"
#include "sample.h"

namespace heat {
namespace {

constexpr const char* hostile[] = {"a\nb = c",
                                   "a\r\n[DEFAULT]",
                                   "a\x01",
                                   "\xff",
                                   "a # b",
                                   "a ; b",
                                   "%(x)s",
                                   "${transport}",
                                   "$x",
                                   "\"a\"",
                                   "'",
                                   "[a]",
                                   "a]",
                                   " a ",
                                   "a\\",
                                   "a:b@c",
                                   "{x}",
                                   "a,b",
                                   "=",
                                   "a\tb",
                                   "}]}].",
                                   "<<\"a\">>",
                                   "%% a",
                                   "\xc2\x85"
                                   "a",
                                   "\xe2\x80\xa8",
                                   "a'b\"c",
                                   "`id`",
                                   "$(id)"};

// "section/option" → value as oslo.config's parser would take it apart. A line that it would not read fails the test.
std::map<std::string, std::string> read_ini(const std::string& text) {
  std::map<std::string, std::string> options;
  std::string section;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      section = line.substr(1, line.size() - 2);
      continue;
    }
    const std::size_t equals = line.find(" = ");
    EXPECT_NE(equals, std::string::npos) << line;
    if (equals != std::string::npos) options[section + "/" + line.substr(0, equals)] = line.substr(equals + 3);
  }
  return options;
}

std::string file_of(const Desired& desired, const std::string& name) {
  const DesiredObject secret = sample::stage(desired, "credentials").objects.back();
  return base::base64_decode(secret.body().at("data").at(name).get<std::string>()).value();
}

// Option names of both files of credentials, which must not depend on any value.
std::set<std::string> names(const Desired& desired) {
  std::set<std::string> found;
  for (const char* file : {"credentials.conf", "api-credentials.conf"}) {
    for (const auto& [name, value] : read_ini(file_of(desired, file))) found.insert(file + ("/" + name));
  }
  return found;
}

TEST(Hostile, ValuesOfSecretsAreRefusedOrStayValues) {
  const Spec managed = parse(sample::production()).value();
  const auto usual = names(desired(managed, sample::observed_production()));
  const Observed plain = sample::observed_production();
  for (const char* secret : {"heat-db", "heat-keystone"}) {
    for (const auto& [key, value] : *plain.secrets.at(secret)) {
      for (const char* evil : hostile) {
        Observed world = sample::observed_production();
        world.secrets.at(secret)->at(key) = evil;
        if (!problems(managed, world).empty()) continue;
        EXPECT_EQ(names(desired(managed, world)), usual) << secret << " " << key << " " << evil;
      }
    }
  }
}

TEST(Hostile, LoginsOfBrokersAreRefusedOrStayValues) {
  const auto usual = names(desired(sample::spec(), sample::observed()));
  for (const char* key : {"username", "password"}) {
    for (const char* evil : hostile) {
      Observed world = sample::observed();
      world.secrets.at("heat-broker")->at(key) = evil;
      if (!problems(sample::spec(), world).empty()) continue;
      const Desired now = desired(sample::spec(), world);
      EXPECT_EQ(names(now), usual) << key << " " << evil;
      const std::string url = read_ini(file_of(now, "credentials.conf")).at("DEFAULT/transport_url");
      EXPECT_EQ(std::count(url.begin(), url.end(), '@'), 2) << url;
    }
  }
}

TEST(Hostile, DefinitionsAreJsonWhateverTheyHold) {
  for (const char* evil : {"a\"b", "a\\", "\"}],\"x\":[{", "a\nb"}) {
    const auto definitions = json::parse(rabbitmq_definitions({{}, "/", evil, evil}));
    ASSERT_TRUE(definitions) << evil;
    EXPECT_EQ(definitions->at("users").size(), 1U);
    EXPECT_EQ(definitions->at("users").at(0).at("name"), evil);
  }
}

// Nothing that comes from a Secret reaches a ConfigMap, and so no file of HAProxy, uWSGI or RabbitMQ.
TEST(Hostile, SecretsReachNoConfigMap) {
  const Spec spec = parse(sample::production()).value();
  const Desired wanted = desired(spec, sample::observed_production());
  for (const DesiredObject& map : sample::stage(wanted, "configuration").objects) {
    EXPECT_THAT(map.body().dump(), testing::Not(testing::HasSubstr("canary")));
  }
}

// What the schema lets through has no character that these files give a meaning; the parser refuses the rest.
TEST(Hostile, TextOfTheSpecIsRefusedBeforeItReachesAFile) {
  for (const char* pointer :
       {"/spec/identity/keystone/authURL", "/spec/identity/keystone/region", "/spec/identity/keystone/stackDomain",
        "/spec/proxy/publicURL/orchestration", "/spec/proxy/publicURL/cloudformation", "/spec/proxy/balance",
        "/spec/release", "/spec/maintenance/purgeDeleted/schedule"}) {
    for (const char* evil : hostile) {
      json::Value object = sample::production();
      object[json::Value::json_pointer(pointer)] = evil;
      EXPECT_FALSE(parse(object)) << pointer << " " << evil;
    }
  }
}

}  // namespace
}  // namespace heat
