// metav1.Condition as a value, and its rules.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "json/json.h"

namespace heat {

// Condition types, heat.openstack.org/v1alpha1. Those of the components stand in heat/component.h.
inline constexpr std::string_view ready_type = "Ready";
inline constexpr std::string_view config_valid_type = "ConfigValid";
inline constexpr std::string_view database_ready_type = "DatabaseReady";
inline constexpr std::string_view identity_ready_type =
    "IdentityReady";  // only where Keystone's bootstrap is asked for
inline constexpr std::string_view reconciling_type = "Reconciling";
inline constexpr std::string_view stalled_type = "Stalled";

struct Condition {
  std::string_view type;
  std::string status;  // "True", "False" or "Unknown"
  std::string reason;  // one of heat/status/reasons.h
  std::string message;

  bool is_true() const { return status == "True"; }
  bool is_false() const { return status == "False"; }
};

Condition condition(std::string_view type, bool status, std::string_view reason, std::string message);
// The condition of that type in a live status; Unknown where there is none.
Condition former_condition(const json::Value& status, std::string_view type);

// How long the condition of that type has had `status`, at `now` (RFC 3339); zero where it has another, or none.
std::chrono::seconds lasted(const json::Value& live_status, std::string_view type, std::string_view status,
                            const std::string& now);

// lastTransitionTime is that of the live status unless the condition's status differs from it. The message is cut to
// 1024 characters, control characters in it become blanks.
json::Value to_json(const Condition& condition, std::int64_t generation, const std::string& now,
                    const json::Value& live_status);

}  // namespace heat
