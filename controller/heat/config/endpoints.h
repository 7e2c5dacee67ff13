// Where clients reach the two APIs.
#pragma once

#include <string>

#include "heat/component.h"
#include "heat/spec.h"

namespace heat {

// http, or https where the proxies speak TLS.
std::string proxy_scheme(const Spec& spec);
// `component`: api or cfn. The URL that clients outside use: spec.proxy.publicURL, else internal_url(). Empty: the
// HeatCluster serves none.
std::string public_url(const Spec& spec, Component component);
// Through the proxy's Service. Empty where there is no proxy, or nothing of the component behind it.
std::string internal_url(const Spec& spec, Component component);

}  // namespace heat
