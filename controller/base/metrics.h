// The process' metrics: names and labels are controller-runtime's, so that existing dashboards work.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <vector>

namespace base {

// Thread-safe. Each call finds or makes the series; counters start at 0 so that a rate is seen from the first
// increment. Hold the reference that is returned rather than looking it up in a loop. References live as long as the
// registry.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels);
  prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels);
  prometheus::Histogram& histogram(const std::string& name, const std::string& help, const Labels& labels,
                                   const std::vector<double>& buckets);

  // The text exposition format, version 0.0.4.
  std::string text() const;

 private:
  prometheus::Registry registry_;
};

}  // namespace base
