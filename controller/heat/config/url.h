// The few parts of URL writing that transport_url and connection need.
#pragma once

#include <string>
#include <string_view>

namespace heat {

// RFC 3986: everything but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text);
// As percent_encode(), with '/' left as it is: for paths.
std::string percent_encode_path(std::string_view text);
// host:port, with brackets around an IPv6 address.
std::string host_and_port(const std::string& host, long port);

}  // namespace heat
