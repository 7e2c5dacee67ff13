// The chart that is shipped, by Helm 3 and Helm 4.
#pragma once

#include <filesystem>
#include <string>

#include "fixture.h"
#include "helm.h"

namespace integration {

inline constexpr const char* crd_name = "heatclusters.heat.openstack.org";
inline const std::string shipped_chart = std::string(HEAT_OPERATOR_SOURCE_DIR) + "/charts/heat-operator";

// The parameter is Helm's program.
class HelmTest : public NamespaceTest, public testing::WithParamInterface<const char*> {
 protected:
  Helm helm() const {
    const std::string home = plane().scratch("helm");
    std::filesystem::create_directories(home);
    return Helm(GetParam(), home, kubectl().namespace_name());
  }
};

inline auto both_helms() { return testing::Values("helm", "helm4"); }
inline std::string name_of_helm(const testing::TestParamInfo<const char*>& program) { return program.param; }

}  // namespace integration
