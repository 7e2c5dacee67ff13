// Every reason that a condition can give. Programs match on them: one is added, never renamed.
#pragma once

#include <array>
#include <string_view>

namespace heat::reason {

// ConfigValid
inline constexpr std::string_view valid = "Valid";
inline constexpr std::string_view invalid = "Invalid";                        // the user must change something
inline constexpr std::string_view secret_missing = "SecretMissing";           // a Secret that spec names is not there
inline constexpr std::string_view encryption_key_lost = "EncryptionKeyLost";  // restore it from a backup
inline constexpr std::string_view unknown = "Unknown";                        // not looked at yet

// DatabaseReady
inline constexpr std::string_view synced = "Synced";
inline constexpr std::string_view syncing = "Syncing";         // the Job runs, or is about to
inline constexpr std::string_view sync_failed = "SyncFailed";  // the Job gave up

// IdentityReady
inline constexpr std::string_view bootstrapped = "Bootstrapped";
inline constexpr std::string_view bootstrapping = "Bootstrapping";  // the Job runs, or is about to
inline constexpr std::string_view bootstrap_failed = "BootstrapFailed";

// BrokerReady, EngineReady, APIReady, CFNReady, ProxyReady
inline constexpr std::string_view pods_ready = "PodsReady";
inline constexpr std::string_view scaled_to_zero = "ScaledToZero";
inline constexpr std::string_view external = "External";       // not ours to run, nor to judge
inline constexpr std::string_view rolling_out = "RollingOut";  // pods are replaced by ones with the new template
inline constexpr std::string_view draining = "Draining";       // pods that shall go finish their work
// BrokerReady: its nodes keep their image while the one that is wanted
inline constexpr std::string_view checking_image = "CheckingImage";         // is being looked at
inline constexpr std::string_view image_check_failed = "ImageCheckFailed";  // could not be looked at: the Job gave up
inline constexpr std::string_view image_refused = "ImageRefused";           // cannot follow it
// BrokerReady, which is true: a login of before still is good
inline constexpr std::string_view former_user_in_use = "FormerUserInUse";              // since somebody else uses it
inline constexpr std::string_view former_users_not_removed = "FormerUsersNotRemoved";  // the Job gave up
inline constexpr std::string_view waiting_for_database = "WaitingForDatabase";
inline constexpr std::string_view waiting_for_identity = "WaitingForIdentity";
// By component, in the order of heat/component.h: its pods are not ready; something waits for it.
inline constexpr std::array<std::string_view, 5> not_ready{"BrokerNotReady", "EngineNotReady", "APINotReady",
                                                           "CFNNotReady", "ProxyNotReady"};
inline constexpr std::array<std::string_view, 5> waiting_for{"WaitingForBroker", "WaitingForEngine", "WaitingForAPI",
                                                             "WaitingForCFN", "WaitingForProxy"};

// Ready
inline constexpr std::string_view ready = "Ready";

// Reconciling, Stalled
inline constexpr std::string_view settled = "Settled";             // nothing is left to do
inline constexpr std::string_view progressing = "Progressing";     // nothing stands in the way
inline constexpr std::string_view waiting = "Waiting";             // for what passes by itself, such as a deletion
inline constexpr std::string_view apply_failed = "ApplyFailed";    // tried again by itself
inline constexpr std::string_view apply_refused = "ApplyRefused";  // the API server will not have it

}  // namespace heat::reason
