// Every reason that a condition can give. Programs match on them: one is added, never renamed.
#pragma once

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

// EngineReady
inline constexpr std::string_view engines_ready = "EnginesReady";
inline constexpr std::string_view scaled_to_zero = "ScaledToZero";
inline constexpr std::string_view waiting_for_database = "WaitingForDatabase";
inline constexpr std::string_view engines_not_ready = "EnginesNotReady";
inline constexpr std::string_view rolling_out = "RollingOut";  // pods are replaced by ones with the new template
inline constexpr std::string_view draining = "Draining";       // pods too many finish their work

// Ready
inline constexpr std::string_view ready = "Ready";

// Reconciling, Stalled
inline constexpr std::string_view settled = "Settled";             // nothing is left to do
inline constexpr std::string_view progressing = "Progressing";     // nothing stands in the way
inline constexpr std::string_view apply_failed = "ApplyFailed";    // tried again by itself
inline constexpr std::string_view apply_refused = "ApplyRefused";  // the API server will not have it

}  // namespace heat::reason
