// An API server of a few lines: answers by method and path, remembers what was asked. For one test on one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "../base/fake_clock.h"
#include "base/metrics.h"
#include "http/transport.h"
#include "kube/client.h"

class ScriptedTransport final : public http::Transport {
 public:
  std::function<http::Response(const http::Request&)> answer = [](const http::Request&) {
    return http::Response{404, {}, R"({"kind":"Status","reason":"NotFound","message":"not found","code":404})"};
  };
  std::vector<http::Request> asked;

  http::Result<http::Response> send(const http::Request& request, base::Duration, std::stop_token) override {
    asked.push_back(request);
    return answer(request);
  }
  http::Result<http::Response> stream(const http::Request& request, base::Duration,
                                      const std::function<bool(std::string_view)>&, std::stop_token) override {
    asked.push_back(request);
    return answer(request);
  }
};

class NoCredentials final : public kube::Credentials {
 public:
  base::Result<std::string> authorization() override { return std::string(); }
  void rejected(base::Monotonic) override {}
  base::Result<kube::TlsMaterial> tls() override { return kube::TlsMaterial{}; }
};

struct ScriptedApi {
  std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
  base::Metrics metrics;
  kube::Client client{transport, std::make_shared<NoCredentials>(), metrics, "test"};
  base::FakeClock clock;
};
