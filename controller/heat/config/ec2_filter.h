// A Paste filter for heat-api-cfn behind Keystone, which stands in for Heat's own "ec2authtoken".
#pragma once

#include <string_view>

namespace heat {

// Keystone answers a request to check an EC2 signature (POST /v3/ec2tokens) only to a service that is logged in
// (CVE-2025-65073), and Heat before 24.1.0 sends it without a token: each signed call, wait conditions' signals among
// them, ends as 403. This Python module lets Heat's own filter send the token of the user of [ec2authtoken]. Where Heat
// does so itself, it changes nothing.
std::string_view ec2_filter();

}  // namespace heat
