// The shapes that text in a HeatCluster may have: each is a pattern of the schema, matched here by hand, since the
// parser runs at every reconcile and std::regex is slow and recursive.
#pragma once

#include <string_view>

namespace heat {

enum class Shape {
  any,
  object_name,   // DNS-1123 subdomain: name of a Secret
  image,         // image reference, characters only
  host,          // DNS name, IPv4 or bare IPv6
  virtual_host,  // what survives oslo.messaging's URL (facts in config/credentials_conf.h)
  duration,      // heat/duration.h
  quantity,      // heat/quantity.h
  percentage,    // of pods
  label_key,     // key of a label or taint; of an annotation as well
  label_value,   // may be empty
  dns_label,     // name of a namespace
  url,           // of an HTTP service
  api_url,       // as url, and ends in /v1, which Heat's clients and signals expect
  word,          // name in Keystone that needs no quoting
  schedule,      // five fields of cron, in numbers
};

// The regular expression of crds/heatclusters.yaml for that shape (RE2 and ECMAScript agree on these); empty for any.
std::string_view pattern(Shape shape);
// Whether the whole text matches pattern(shape).
bool matches(Shape shape, std::string_view text);
// How a person would say it: "a DNS name such as heat-db".
std::string_view description(Shape shape);

}  // namespace heat
