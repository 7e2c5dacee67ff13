// Durations as HeatCluster writes them: Go's notation in whole units, and d for days.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace heat {

// "90s", "10m", "1h30m", "7d": units d, h, m, s, each at most once and in this order. nullopt for anything else and for
// what does not fit into 64 bit. Fractions and milliseconds are left out on purpose: nothing here is that fine.
std::optional<std::chrono::seconds> parse_duration(std::string_view text);

// The shortest text that parse_duration() reads as that value: "1h30m" for 90 minutes, "0s" for zero.
std::string duration_text(std::chrono::seconds duration);

}  // namespace heat
