// What a HeatCluster says of itself, waited for.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "kubectl.h"
#include "wait_until.h"

namespace e2e {

// How long pods may take to come or go: an engine that drains takes as long as its work.
inline constexpr integration::Duration long_patience{300'000};
// An argument of `kubectl wait`: below the time after which a kubectl is given up.
inline constexpr const char* one_wait = "--timeout=60s";

// Ready, and nothing is left to do: of no component is there a pod too many, or one that is not as it is wanted.
testing::AssertionResult is_settled_and_ready(const integration::Kubectl& kubectl, const std::string& name,
                                              integration::Duration within = long_patience);
// Waits until the condition Ready is False, and its message or that of another condition holds `mend`.
testing::AssertionResult tells(const integration::Kubectl& kubectl, const std::string& name, const std::string& mend,
                               integration::Duration within);

}  // namespace e2e
