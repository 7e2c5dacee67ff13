// Engines that join a Heat which exists: what is looked at whatever Heat that is. Each by the name of the HeatCluster
// that has them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "kubectl.h"

namespace e2e {

// The Job that tried it out says `reason`, and no engine was made.
testing::AssertionResult is_refused(const integration::Kubectl& kubectl, const std::string& name,
                                    const std::string& reason);
// Waits until the first engine creates resources of that stack, which is a waiting_stack().
testing::AssertionResult takes_part(const integration::Kubectl& kubectl, const std::string& name,
                                    const std::string& stack);
// Deletes it, and waits until none of its pods is left.
testing::AssertionResult leaves(const integration::Kubectl& kubectl, const std::string& name);

}  // namespace e2e
