// Asks Heat which of its engines it knows as up.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "heat/config/credentials.h"
#include "heat/engine_report.h"
#include "http/unary.h"
#include "reconcile/inquiries.h"

namespace reconcile {

// Heat's own user of a Keystone.
struct KeystoneUser {
  std::string auth_url;
  heat::KeystoneLogin login;
  friend bool operator==(const KeystoneUser&, const KeystoneUser&) = default;
};

// Where a heat-api is, and who asks it.
struct EngineQuestion {
  std::string url;                   // http://heat-api.openstack.svc:8004
  std::string workload;              // the engines' StatefulSet
  std::int64_t engines = 0;          // that there shall be
  std::optional<KeystoneUser> user;  // none: a Heat without Keystone, which answers everybody
  friend bool operator==(const EngineQuestion&, const EngineQuestion&) = default;
};

using EngineRegistry = Inquiries<EngineQuestion, heat::EngineReport>;

// For one thread. Keeps tokens, since a new one is work for Keystone: each as long as Heat takes it.
class ServiceList {
 public:
  explicit ServiceList(const base::Clock& clock) : clock_(clock) {}

  // Up to four requests, each within 3 s. An error holds no login and no token. Heat answers 403 to a
  // user that its policy for service:index does not let in.
  base::Result<heat::EngineReport> ask(const EngineQuestion& question, std::stop_token stop);

 private:
  struct Token {
    KeystoneUser user;
    std::string id;
    std::string project;
    base::Monotonic used;
  };

  base::Result<http::Response> services(const EngineQuestion& question, const std::stop_token& stop);
  base::Result<const Token*> token(const EngineQuestion& question, const std::stop_token& stop);
  void forget_unused();

  const base::Clock& clock_;
  std::map<std::string, Token> tokens_;  // by the URL of a Heat
};

// Whether all engines that there shall be are registered.
bool are_engines_well(const EngineQuestion& question, const heat::EngineReport& report);

}  // namespace reconcile
