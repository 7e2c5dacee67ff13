// What the db-sync Job looks at before it touches the database.
#pragma once

#include <string>
#include <string_view>

#include "heat/spec.h"

namespace heat {

// A Python program for an image of Heat. Its arguments are preflight_settings() and a command of heat-manage with its
// --config-file options, from which it takes the ways to database and broker, and which it becomes when nothing is
// wrong. It ends with 1 and says the mend where
//  - the database holds values that were encrypted with another key: Heat would start all the same, and damage them;
//  - the broker refuses the login;
//  - the broker has Heat's queues with another type: engines would end at start, for ever.
// A broker that does not answer is no reason to stop: engines wait for it, and their probes tell. Prints no secret.
std::string_view preflight_script();

// JSON: what credentials.conf does not say.
std::string preflight_settings(const Spec& spec);

}  // namespace heat
