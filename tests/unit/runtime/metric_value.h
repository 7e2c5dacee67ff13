// One series out of the text exposition, for tests.
#pragma once

#include <string>

#include "base/metrics.h"

// `series` as it is printed: `name{a="b",c="d"}`. -1 where there is none.
inline double metric_value(const base::Metrics& metrics, const std::string& series) {
  const std::string text = "\n" + metrics.text();
  const std::size_t at = text.find("\n" + series + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + series.size() + 2));
}
