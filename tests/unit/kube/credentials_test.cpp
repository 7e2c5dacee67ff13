#include "kube/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "../base/fake_clock.h"
#include "../http/test_certificates.h"
#include "kube/exec_credentials.h"
#include "kube/file_credentials.h"
#include "kube/in_cluster_credentials.h"
#include "temporary_folder.h"

namespace kube {
namespace {

using http::testing::Authority;
using http::testing::Identity;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class TokenFile : public testing::Test {
 protected:
  TokenFile() {
    FileCredentialsParts parts;
    parts.token = Material::in_file("user \"a\": tokenFile", path_, Material::Shape::token, seconds(50));
    credentials_ = std::make_unique<FileCredentials>(std::move(parts), clock_);
  }
  std::string token() {
    const auto value = credentials_->authorization();
    return value ? *value : value.error().message;
  }

  TemporaryFolder folder_;
  const std::string path_ = folder_.write("token", "  one\n");
  base::FakeClock clock_;
  std::unique_ptr<FileCredentials> credentials_;
};

TEST_F(TokenFile, IsTrimmed) { EXPECT_EQ(token(), "Bearer one"); }

TEST_F(TokenFile, IsReadAgainAfterFiftySeconds) {
  EXPECT_EQ(token(), "Bearer one");
  folder_.write("token", "two");
  clock_.advance(seconds(49));
  EXPECT_EQ(token(), "Bearer one");
  clock_.advance(seconds(1));
  EXPECT_EQ(token(), "Bearer two");
}

TEST_F(TokenFile, IsReadAgainWhenItWasRejected) {
  EXPECT_EQ(token(), "Bearer one");
  folder_.write("token", "two");
  clock_.advance(seconds(1));
  credentials_->rejected(clock_.now());
  EXPECT_EQ(token(), "Bearer two");
}

TEST_F(TokenFile, IsKeptWhenARequestOfBeforeIsRejected) {
  const auto sent = clock_.now();
  clock_.advance(seconds(1));
  EXPECT_EQ(token(), "Bearer one");
  folder_.write("token", "two");
  credentials_->rejected(sent);
  EXPECT_EQ(token(), "Bearer one");
}

TEST_F(TokenFile, IsUsedOnWhileItCannotBeRead) {
  EXPECT_EQ(token(), "Bearer one");
  std::filesystem::remove(path_);
  clock_.advance(minutes(5));
  EXPECT_EQ(token(), "Bearer one");
  folder_.write("token", "two");
  clock_.advance(minutes(1));
  EXPECT_EQ(token(), "Bearer two");
}

TEST_F(TokenFile, IsUsedOnWhileTheFileIsEmpty) {
  EXPECT_EQ(token(), "Bearer one");
  folder_.write("token", "\n");
  clock_.advance(minutes(5));
  EXPECT_EQ(token(), "Bearer one");
}

TEST_F(TokenFile, IsAnErrorWhenItIsEmptyAtFirst) {
  folder_.write("token", " \n");
  EXPECT_EQ(token(), "user \"a\": tokenFile: " + path_ + " is empty: it must hold a token");
}

TEST_F(TokenFile, IsAnErrorWhenItCannotBeReadAtFirst) {
  std::filesystem::remove(path_);
  EXPECT_EQ(token(), "user \"a\": tokenFile: cannot read " + path_ + ": No such file or directory");
}

class CertificateFiles : public testing::Test {
 protected:
  CertificateFiles() {
    write(first_);
    folder_.write("ca.crt", authority_.pem());
    FileCredentialsParts parts;
    const auto file = [&](const char* name) {
      return Material::in_file(name, folder_.file(name), Material::Shape::text, minutes(5));
    };
    parts.ca = file("ca.crt");
    parts.client_cert = file("tls.crt");
    parts.client_key = file("tls.key");
    credentials_ = std::make_unique<FileCredentials>(std::move(parts), clock_);
  }
  void write(const Identity& identity) {
    folder_.write("tls.crt", identity.certificate_pem);
    folder_.write("tls.key", identity.key_pem);
  }
  std::string certificate() {
    const auto material = credentials_->tls();
    return material ? material->client_cert_pem : material.error().message;
  }

  Authority authority_{"authority"};
  const Identity first_ = authority_.issue("first", "");
  const Identity second_ = authority_.issue("second", "");
  TemporaryFolder folder_;
  base::FakeClock clock_;
  std::unique_ptr<FileCredentials> credentials_;
};

TEST_F(CertificateFiles, AreReadAgainAfterFiveMinutes) {
  EXPECT_EQ(certificate(), first_.certificate_pem);
  write(second_);
  EXPECT_EQ(certificate(), first_.certificate_pem);
  clock_.advance(minutes(5));
  EXPECT_EQ(certificate(), second_.certificate_pem);
}

TEST_F(CertificateFiles, AreReadAgainWhenTheyWereRejected) {
  EXPECT_EQ(certificate(), first_.certificate_pem);
  write(second_);
  clock_.advance(seconds(1));
  credentials_->rejected(clock_.now());
  EXPECT_EQ(certificate(), second_.certificate_pem);
}

TEST_F(CertificateFiles, AreKeptWhileTheyAreHalfReplaced) {
  EXPECT_EQ(certificate(), first_.certificate_pem);
  folder_.write("tls.crt", second_.certificate_pem);
  clock_.advance(minutes(5));
  EXPECT_EQ(certificate(), first_.certificate_pem);
  folder_.write("tls.key", second_.key_pem);
  clock_.advance(seconds(1));
  EXPECT_EQ(certificate(), second_.certificate_pem);
}

TEST_F(CertificateFiles, KeepAnAuthorityThatIsReplacedByNonsense) {
  EXPECT_EQ(certificate(), first_.certificate_pem);
  folder_.write("ca.crt", "nonsense");
  clock_.advance(minutes(5));
  EXPECT_EQ(credentials_->tls()->ca_pem, authority_.pem());
}

TEST_F(CertificateFiles, AreAnErrorWhenTheyDoNotBelongTogetherAtFirst) {
  folder_.write("tls.key", second_.key_pem);
  EXPECT_THAT(certificate(), HasSubstr("does not belong to the client certificate"));
}

class Plugin : public testing::Test {
 protected:
  std::unique_ptr<ExecCredentials> credentials() {
    return std::make_unique<ExecCredentials>(
        [this]() -> base::Result<ExecCredential> {
          const int run = ++runs_;
          if (broken_) return base::failure("the plugin is broken");
          ExecCredential credential;
          credential.token = "t" + std::to_string(run);
          if (lifetime_.count() > 0) credential.expires = clock_.wall() + lifetime_;
          return credential;
        },
        Material(), clock_);
  }

  base::FakeClock clock_;
  std::atomic<int> runs_ = 0;
  bool broken_ = false;
  base::Duration lifetime_{0};
};

TEST_F(Plugin, IsRunOnceForManyRequests) {
  const auto held = credentials();
  EXPECT_EQ(*held->authorization(), "Bearer t1");
  EXPECT_EQ(*held->authorization(), "Bearer t1");
  EXPECT_TRUE(held->tls());
  EXPECT_EQ(runs_, 1);
}

TEST_F(Plugin, IsRunAgainWhenItsTokenHasExpired) {
  lifetime_ = minutes(10);
  const auto held = credentials();
  held->authorization();
  clock_.advance(minutes(9));
  EXPECT_EQ(*held->authorization(), "Bearer t1");
  clock_.advance(minutes(1));
  EXPECT_EQ(*held->authorization(), "Bearer t2");
}

TEST_F(Plugin, IsRunOnceForManyRejections) {
  const auto held = credentials();
  held->authorization();
  clock_.advance(seconds(1));
  const auto sent = clock_.now();
  clock_.advance(seconds(1));
  for (int i = 0; i < 8; ++i) {
    held->rejected(sent);
    EXPECT_EQ(*held->authorization(), "Bearer t2");
  }
  EXPECT_EQ(runs_, 2);
}

TEST_F(Plugin, IsRunByOneThreadAtATime) {
  const auto held = credentials();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { held->authorization(); });
  }
  EXPECT_EQ(runs_, 1);
}

TEST_F(Plugin, LeavesItsOldTokenInUseWhileItIsBroken) {
  lifetime_ = minutes(10);
  const auto held = credentials();
  held->authorization();
  broken_ = true;
  clock_.advance(minutes(10));
  EXPECT_EQ(*held->authorization(), "Bearer t1");
  EXPECT_EQ(*held->authorization(), "Bearer t1");
  EXPECT_EQ(runs_, 2);
  broken_ = false;
  clock_.advance(seconds(10));
  EXPECT_EQ(*held->authorization(), "Bearer t3");
}

TEST_F(Plugin, IsNotRunForEachRequestWhileItIsBroken) {
  broken_ = true;
  const auto held = credentials();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(held->authorization().error().message, "the plugin is broken");
  EXPECT_EQ(runs_, 1);
}

class InCluster : public testing::Test {
 protected:
  std::map<std::string, std::string> environment_{{"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                                                  {"KUBERNETES_SERVICE_PORT", "443"}};
  TemporaryFolder folder_;
  base::FakeClock clock_;
};

TEST_F(InCluster, ReadsTheServiceAccount) {
  folder_.write("token", "abc\n");
  folder_.write("ca.crt", Authority("cluster").pem());
  folder_.write("namespace", "heat-operator-system");
  const auto access = load_in_cluster(environment_, clock_, folder_.path());
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_EQ(access->server, "https://10.96.0.1:443");
  EXPECT_EQ(access->namespace_name, "heat-operator-system");
  EXPECT_EQ(*access->credentials->authorization(), "Bearer abc");
}

TEST_F(InCluster, PutsAnIpv6AddressIntoBrackets) {
  folder_.write("token", "abc\n");
  folder_.write("ca.crt", Authority("cluster").pem());
  environment_["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(load_in_cluster(environment_, clock_, folder_.path())->server, "https://[fd00::1]:443");
}

TEST_F(InCluster, SaysThatTheTokenIsNotMounted) {
  const auto access = load_in_cluster(environment_, clock_, folder_.path());
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().message, HasSubstr("automountServiceAccountToken"));
}

TEST_F(InCluster, ReadsTokenAndAuthorityAgainWhenTheyAreRotated) {
  folder_.write("token", "first");
  const std::string old_authority = Authority("old").pem();
  const std::string new_authority = Authority("new").pem();
  folder_.write("ca.crt", old_authority);
  const auto access = load_in_cluster(environment_, clock_, folder_.path());
  ASSERT_TRUE(access) << access.error().message;
  folder_.write("token", "second");
  folder_.write("ca.crt", new_authority);
  EXPECT_EQ(*access->credentials->authorization(), "Bearer first");
  clock_.advance(std::chrono::seconds(50));
  EXPECT_EQ(*access->credentials->authorization(), "Bearer second");
  EXPECT_EQ(access->credentials->tls()->ca_pem, old_authority);
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(access->credentials->tls()->ca_pem, new_authority);
}

// Which of the ways is taken: each answers with a server of its own.
class ClusterAccessOrder : public InCluster {
 protected:
  std::string config(const std::string& name) {
    return folder_.write(name,
                         "{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: "
                         "{cluster: c}}], clusters: [{name: c, cluster: {server: 'https://" +
                             std::string(name.substr(0, name.find('/'))) + ":1'}}]}");
  }
  void mount_account() {
    folder_.write("account/token", "abc");
    folder_.write("account/ca.crt", Authority("cluster").pem());
    folder_.write("account/namespace", "here\n");
  }
  base::Result<ClusterAccess> load(const std::string& path = "", const std::string& context = "") {
    return load_cluster_access({path, context, environment_}, clock_, folder_.file("account"));
  }
};

TEST_F(ClusterAccessOrder, TheFlagIsBeforeAll) {
  mount_account();
  environment_["KUBECONFIG"] = config("variable");
  EXPECT_EQ(load(config("flag"))->server, "https://flag:1");
}

TEST_F(ClusterAccessOrder, TheVariableIsBeforeThePod) {
  mount_account();
  environment_["KUBECONFIG"] = config("variable");
  const auto access = load();
  EXPECT_EQ(access->server, "https://variable:1");
  EXPECT_FALSE(access->in_pod);
}

TEST_F(ClusterAccessOrder, ThePodIsBeforeTheHome) {
  mount_account();
  config("home/.kube/config");
  environment_["HOME"] = folder_.file("home");
  const auto access = load();
  EXPECT_EQ(access->server, "https://10.96.0.1:443");
  EXPECT_TRUE(access->in_pod);
  EXPECT_EQ(access->namespace_name, "here");
}

TEST_F(ClusterAccessOrder, AContextIsAKubeconfigs) {
  mount_account();
  config("home/.kube/config");
  environment_["HOME"] = folder_.file("home");
  EXPECT_EQ(load("", "c")->server, "https://home:1");
}

TEST_F(ClusterAccessOrder, APodWithoutATokenMayHaveAHome) {
  config("home/.kube/config");
  environment_["HOME"] = folder_.file("home");
  EXPECT_EQ(load()->server, "https://home:1");
}

TEST_F(ClusterAccessOrder, APodWithNeitherIsToldOfItsToken) {
  environment_["HOME"] = folder_.file("home");
  const auto access = load();
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().message, HasSubstr("automountServiceAccountToken"));
}

TEST_F(ClusterAccessOrder, OutsideAPodItIsTheHome) {
  mount_account();
  config("home/.kube/config");
  environment_ = {{"HOME", folder_.file("home")}};
  EXPECT_EQ(load()->server, "https://home:1");
}

TEST_F(InCluster, IsToldByTheEnvironment) {
  EXPECT_TRUE(in_cluster(environment_));
  EXPECT_FALSE(in_cluster({}));
}

}  // namespace
}  // namespace kube
