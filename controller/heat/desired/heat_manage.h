// Pods that run heat-manage once: db-sync and maintenance.
#pragma once

#include <string_view>
#include <vector>

#include "heat/desired/plan.h"
#include "json/json.h"

namespace heat {

// The template of a Job's pod. It reads credentials.conf alone, so that no other setting changes it, and runs where
// engines do. Never restarted in place: each try leaves its pod, and with it its log.
json::Value heat_manage_template(const Plan& plan, std::string_view component,
                                 const std::vector<std::string_view>& arguments);

}  // namespace heat
