// Linked into the tests that change what all namespaces share: each of them has the cluster for itself.
#include <gtest/gtest.h>

#include "control_plane.h"

namespace integration {
namespace {

class Alone : public testing::Environment {
 public:
  void SetUp() override { ControlPlane::take_alone(); }
};

// Owned by GoogleTest.
[[maybe_unused]] const testing::Environment* const alone = testing::AddGlobalTestEnvironment(new Alone);

}  // namespace
}  // namespace integration
