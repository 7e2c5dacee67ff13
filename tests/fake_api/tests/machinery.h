// The operator's own client and watcher, over the real transport, on a fake API server.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/metrics.h"
#include "fake_api/server.h"
#include "http/connect.h"
#include "http/cpprest_streams.h"
#include "kube/client.h"
#include "kube/watcher.h"

namespace machinery {

inline constexpr std::chrono::seconds deadline{20};

inline std::chrono::steady_clock::time_point until() { return std::chrono::steady_clock::now() + deadline; }

class TokenCredentials final : public kube::Credentials {
 public:
  TokenCredentials(std::string token, std::string ca_pem) : token_(std::move(token)), ca_pem_(std::move(ca_pem)) {}
  base::Result<std::string> authorization() override { return "Bearer " + token_; }
  void rejected(base::Monotonic) override { ++rejections; }
  base::Result<kube::TlsMaterial> tls() override { return kube::TlsMaterial{ca_pem_, "", ""}; }

  std::atomic<int> rejections = 0;

 private:
  const std::string token_;
  const std::string ca_pem_;
};

// Bounds the silence of streams, so that a test of a half-open watch need not wait for minutes.
class ImpatientTransport final : public http::Transport {
 public:
  ImpatientTransport(std::unique_ptr<http::Transport> inner, base::Duration idle)
      : inner_(std::move(inner)), idle_(idle) {}

  http::Result<http::Response> send(const http::Request& request, base::Duration within,
                                    std::stop_token stop) override {
    return inner_->send(request, within, std::move(stop));
  }
  http::Result<http::Response> stream(const http::Request& request, base::Duration idle,
                                      const std::function<bool(std::string_view)>& on_line,
                                      std::stop_token stop) override {
    return inner_->stream(request, std::min(idle, idle_), on_line, std::move(stop));
  }

 private:
  const std::unique_ptr<http::Transport> inner_;
  const base::Duration idle_;
};

// A client of one server. `idle` bounds the silence of its watches, `user_agent` tells it from others.
class Connected {
 public:
  explicit Connected(fake_api::Server& server, base::Duration idle = std::chrono::minutes(10),
                     const std::string& user_agent = "machinery-test/1",
                     std::function<base::Duration()> may_write_for = {})
      : credentials_(std::make_shared<TokenCredentials>(server.token(), server.ca_pem())) {
    [[maybe_unused]] static const bool initialized = (http::initialize_cpprest(1), true);
    http::TransportOptions options{server.url(), "", false, {}};
    options.tls = [ca = server.ca_pem()]() -> base::Result<http::TlsConfig> { return http::TlsConfig{ca, "", ""}; };
    client_ = std::make_unique<kube::Client>(
        std::make_shared<ImpatientTransport>(http::connect(std::move(options)), idle), credentials_, metrics_,
        user_agent, kube::ClientSettings{"", nullptr, {}, std::move(may_write_for)});
  }

  kube::Client& client() { return *client_; }
  base::Metrics& metrics() { return metrics_; }
  TokenCredentials& credentials() { return *credentials_; }

 private:
  base::Metrics metrics_;
  std::shared_ptr<TokenCredentials> credentials_;
  std::unique_ptr<kube::Client> client_;
};

// A watcher of ConfigMaps with its store, on a thread of its own.
class Watching {
 public:
  Watching(fake_api::Server& server, base::Duration idle, kube::Watcher::Settings settings)
      : connected_(server, idle),
        watcher_(kube::types::config_map, {{"data"}}, "",
                 kube::list_watch(connected_.client(), kube::types::config_map, "",
                                  "app.kubernetes.io/managed-by=heat-operator"),
                 store_, clock_, connected_.metrics(), settings) {
    thread_ = std::jthread([this](const std::stop_token& stop) { watcher_.run(stop); });
  }

  // Backoffs of milliseconds.
  static kube::Watcher::Settings quick() {
    kube::Watcher::Settings settings;
    settings.backoff.first = std::chrono::milliseconds(10);
    settings.backoff.cap = std::chrono::milliseconds(100);
    settings.mending_cap = std::chrono::milliseconds(100);
    return settings;
  }

  kube::Store& store() { return store_; }
  kube::Watcher& watcher() { return watcher_; }
  base::Metrics& metrics() { return connected_.metrics(); }

  // data.v of that ConfigMap as the store has it; empty: it has none.
  std::string value(const std::string& name) {
    const kube::ObjectPtr found = store_.find({"default", name});
    return found == nullptr ? "" : json::string_at(found->parsed(), "/data/v");
  }
  bool wait(fake_api::Server& server, const std::function<bool()>& condition) {
    const auto end = until();
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      server.store().wait(server.store().tick(), std::chrono::steady_clock::now() + std::chrono::milliseconds(5), {});
    }
    return condition();
  }

 private:
  const base::SystemClock clock_;
  Connected connected_;
  kube::Store store_;
  kube::Watcher watcher_;
  std::jthread thread_;
};

inline json::Value config_map(const std::string& name, const std::string& value) {
  return {{"apiVersion", "v1"},
          {"kind", "ConfigMap"},
          {"metadata",
           {{"name", name}, {"namespace", "default"}, {"labels", {{"app.kubernetes.io/managed-by", "heat-operator"}}}}},
          {"data", {{"v", value}}}};
}

}  // namespace machinery
