// A transport and the server that it talks to, with certificates of one authority.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "http/connect.h"
#include "http/cpprest_streams.h"
#include "scripted_server.h"

namespace http::testing {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TransportTest : public ::testing::Test {
 public:
  // The library's pool can be made once a process.
  static void SetUpTestSuite() {
    static const bool once = [] {
      initialize_cpprest(1);
      return true;
    }();
    EXPECT_TRUE(once);
  }

 protected:
  void serve(ScriptedServer::Handler handler, const std::string& client_authority = "") {
    server_ = std::make_unique<ScriptedServer>(std::move(handler), identity_, client_authority);
  }
  std::unique_ptr<Transport> connect() { return connect(server_->url()); }
  std::unique_ptr<Transport> connect(const std::string& url) {
    options_.base_url = url;
    if (!options_.tls) {
      options_.tls = [this]() -> base::Result<TlsConfig> { return tls_; };
    }
    return http::connect(options_);
  }

  Authority authority_{"test authority"};
  Identity identity_ = authority_.issue("server", "DNS:localhost,IP:127.0.0.1");
  TlsConfig tls_{authority_.pem(), "", ""};
  TransportOptions options_;
  const Request get_{"GET", "/version", {}, ""};
  std::unique_ptr<ScriptedServer> server_;
};

}  // namespace http::testing
