// How Keystone is asked for the token that Heat wants to see. Pure.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "heat/config/credentials.h"

namespace heat {

// Body of POST <auth URL>/auth/tokens, for Heat's own user in its project. Holds the password.
std::string token_request(const KeystoneLogin& login);
// ID of the project that a token is for, from the body of the answer.
base::Result<std::string> project_of_token(std::string_view answer);

}  // namespace heat
