// How a managed broker comes to another login. The nodes learn of the new user when they restart and keep the old one,
// engines and APIs follow one after the other, and only then a Job removes who is left of before. Pure.
#pragma once

#include <optional>
#include <string>

#include "heat/desired/prints.h"
#include "heat/observed.h"
#include "heat/one_time_job.h"
#include "heat/spec.h"

namespace heat {

// The Job that removes former users; nullopt: there can be none, since the login is the first.
std::optional<OneTimeJob> broker_users(const Spec& spec);

// Why former users must stay for now: pods of a component were not all made with the login that is wanted. nullopt:
// nobody of ours needs them.
std::optional<std::string> former_users_are_needed(const Spec& spec, const Prints& prints, const Observed& observed);

}  // namespace heat
