#include "runtime/health.h"

namespace runtime {

void Health::add_readiness(std::string name, Check check) {
  const std::lock_guard lock(mutex_);
  readiness_.emplace_back(std::move(name), std::move(check));
}

void Health::add_liveness(std::string name, Check check) {
  const std::lock_guard lock(mutex_);
  liveness_.emplace_back(std::move(name), std::move(check));
}

http::Page Health::readyz() const { return page(readiness_, "readyz"); }

http::Page Health::healthz() const { return page(liveness_, "healthz"); }

http::Page Health::page(const Checks& checks, const std::string& title) const {
  const std::lock_guard lock(mutex_);
  http::Page page;
  for (const auto& [name, check] : checks) {
    const std::string problem = check();
    if (problem.empty()) {
      page.body += "[+]" + name + " ok\n";
    } else {
      page.body += "[-]" + name + " failed: " + problem + "\n";
      page.status = 503;
    }
  }
  page.body += title + (page.status == 200 ? " check passed\n" : " check failed\n");
  return page;
}

}  // namespace runtime
