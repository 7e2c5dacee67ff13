// What the db-sync Job looks at before it touches the database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "heat/spec.h"

namespace heat {

// A Python program for an image of Heat. Its arguments are preflight_settings() and a command of heat-manage with its
// --config-file options, from which it takes the ways to database and broker, and which it becomes when nothing is
// wrong. It says the mend, and ends with release_refusals() where the image's Heat is not of spec.release: another
// release's engines must not be ended for it; and with 1 where
//  - the database holds values that were encrypted with another key: Heat would start all the same, and damage them;
//  - the broker refuses the login;
//  - the broker has Heat's queues with another type: engines would end at start, for ever.
// A broker that does not answer is no reason to stop: engines wait for it, and their probes tell. Prints no secret.
std::string_view preflight_script();

// JSON: what credentials.conf does not say.
std::string preflight_settings(const Spec& spec);

// Exit codes for another release's Heat, ascending, one for each that it may be: asking again changes nothing.
std::vector<int> release_refusals();

// What such a code says of the image, as people read it; empty for others.
std::string release_refusal(int code);

}  // namespace heat
