// uwsgi.ini: the processes and threads that serve one API in one pod.
#pragma once

#include <chrono>
#include <string>

#include "heat/spec.h"

namespace heat {

// Longest that a call under way is waited for at the end of a pod: what the proxy waits for an answer.
std::chrono::seconds longest_call(const Spec& spec);

// The whole file. `component`: api or cfn.
std::string uwsgi_ini(const Spec& spec, Component component);

}  // namespace heat
