// What the Job does that runs after another login of a managed broker has reached all who log in: it removes the
// operator's former users.
#pragma once

#include <string>
#include <vector>

#include "heat/spec.h"

namespace heat {

// The Job's command, in an image of RabbitMQ: a shell script that needs nothing but rabbitmqctl, grep, cut, sort and
// uniq, with what it is told. $HOME must be writable. Former users are those that broker_user() can name, but for the
// one of the spec; nobody else's user is looked at. It asks the first node that answers, removes each as soon as no
// connection is his, and
//  - ends with 0 where none is left;
//  - ends with former_user_in_use where one still is in use after all clients of the operator's own must have gone: its
//    log tells whose connections there are, how many, and from where;
//  - ends with another code where it cannot tell: no node answers, or the broker has not got the user of the spec.
// It prints no secret.
std::vector<std::string> broker_users_command(const Spec& spec);

// Of the command what it goes by: all but the user, the names of the nodes, and how long it waits.
std::vector<std::string> broker_users_rule();

// Far from those of a shell and of rabbitmqctl. The Job has looked again for long enough: a person must end clients.
inline constexpr int former_user_in_use = 100;

// How long it goes on looking.
std::int64_t broker_users_patience_seconds(const Spec& spec);

}  // namespace heat
