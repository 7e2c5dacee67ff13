#include "kube/client_metrics.h"

#include <vector>

namespace kube {
namespace {

std::string code_text(int code) { return code == 0 ? "<error>" : std::to_string(code); }

// client-go's buckets.
const std::vector<double>& buckets() {
  static const std::vector<double> seconds = {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};
  return seconds;
}

}  // namespace

ClientMetrics::ClientMetrics(base::Metrics& metrics, std::string host) : metrics_(metrics), host_(std::move(host)) {
  // What every operator does: there from the start, so that the first increment is seen.
  const Key usual[] = {{"GET", 200}, {"PATCH", 200}, {"PATCH", 201}, {"POST", 201}, {"DELETE", 200}};
  for (const Key& key : usual) {
    requests(key);
    durations(key.first);
  }
}

prometheus::Counter& ClientMetrics::requests(const Key& key) {
  prometheus::Counter*& series = requests_[key];
  if (series == nullptr) {
    series = &metrics_.counter("rest_client_requests_total", "HTTP requests, by status code, method and host.",
                               {{"code", code_text(key.second)}, {"method", key.first}, {"host", host_}});
  }
  return *series;
}

prometheus::Histogram& ClientMetrics::durations(const std::string& method) {
  prometheus::Histogram*& series = durations_[method];
  if (series == nullptr) {
    series = &metrics_.histogram("rest_client_request_duration_seconds",
                                 "Time from a unary request to its whole answer, by verb and host.",
                                 {{"verb", method}, {"host", host_}}, buckets());
  }
  return *series;
}

void ClientMetrics::count(const std::string& method, int code) {
  const std::scoped_lock lock(mutex_);
  requests({method, code}).Increment();
}

void ClientMetrics::time(const std::string& method, base::Duration duration) {
  const std::scoped_lock lock(mutex_);
  durations(method).Observe(std::chrono::duration<double>(duration).count());
}

void ClientMetrics::count_retry(const std::string& method, int code) {
  const std::scoped_lock lock(mutex_);
  prometheus::Counter*& series = retries_[{method, code}];
  if (series == nullptr) {
    series = &metrics_.counter("rest_client_request_retries_total",
                               "Requests repeated because the server asked for it, by status code, verb and host.",
                               {{"code", code_text(code)}, {"verb", method}, {"host", host_}});
  }
  series->Increment();
}

}  // namespace kube
