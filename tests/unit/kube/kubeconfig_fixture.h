// A kubeconfig in a folder of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "../base/fake_clock.h"
#include "../http/test_certificates.h"
#include "base/base64.h"
#include "kube/kubeconfig.h"
#include "temporary_folder.h"

namespace kube {

class KubeconfigTest : public testing::Test {
 protected:
  // One cluster, one user, one context; `cluster` and `user` are flow maps' insides.
  std::string config(const std::string& cluster, const std::string& user) const {
    return "apiVersion: v1\nkind: Config\ncurrent-context: main\n"
           "contexts: [{name: main, context: {cluster: c, user: u, namespace: heat}}]\n"
           "clusters: [{name: c, cluster: {" +
           cluster +
           "}}]\n"
           "users: [{name: u, user: {" +
           user + "}}]\n";
  }
  base::Result<ClusterAccess> load(const std::string& text) {
    options_.path = folder_.write("config", text);
    return load_kubeconfig(options_, clock_);
  }
  // What is wrong, and that the message is one line.
  std::string refusal(const std::string& text) { return refusal_of(load(text)); }
  static std::string refusal_of(const base::Result<ClusterAccess>& access) {
    EXPECT_FALSE(access);
    if (access) return "";
    EXPECT_EQ(access.error().message.find('\n'), std::string::npos);
    return access.error().message;
  }
  std::string user_refusal(const std::string& user) { return refusal(config("server: 'https://a:6443'", user)); }
  std::string named(const std::string& rest) const { return folder_.file("config") + ": " + rest; }

  TemporaryFolder folder_;
  base::FakeClock clock_;
  KubeconfigOptions options_;
  const std::string server_ = "server: 'https://a:6443'";
};

}  // namespace kube
