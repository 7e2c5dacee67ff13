#include "heat/desired/renderer.h"

#include <utility>

#include "base/hash.h"

namespace heat {

Renderer::Renderer(Spec spec, const Observed& observed, std::shared_ptr<Prints> prints)
    : spec_(std::move(spec)), live_(live_state(spec_, observed)), prints_(std::move(prints)) {
  read_.secrets = observed.secrets;
  std::string now = inputs();
  if (prints_->inputs == now) return;
  *prints_ = {};
  prints_->inputs = std::move(now);
  prints_->has_credentials = plan().credentials.has_value();
  prints_->db_sync = plan().db_sync;
  prints_->keystone_bootstrap = plan().keystone_bootstrap;
  for (const auto& [component, configuration] : plan().configurations) {
    prints_->configurations[component] = {configuration.config_map, configuration.credentials_digest};
  }
}

// The spec by its generation: the API server counts each change of it.
std::string Renderer::inputs() const {
  std::string text = spec_.uid + "\n" + std::to_string(spec_.generation) + "\n" + live_.claim_template_size + "\n" +
                     live_.draining_release + "\n";
  if (live_.broker_step) {
    const BrokerStep& step = *live_.broker_step;
    text += step.from.reference + " as " + std::to_string(step.from.user) + ", " + step.check.name + "\n";
  }
  for (const auto& [name, data] : read_.secrets) {
    text += name + (data ? "=" : "-") + "\n";
    if (!data) continue;
    for (const auto& [key, value] : *data) {
      text += key + "=" + std::to_string(value.size()) + ":" + value + "\n";
    }
  }
  return base::sha256_hex(text);
}

const Plan& Renderer::plan() {
  if (!plan_) plan_.emplace(make_plan(spec_, read_, live_));
  return *plan_;
}

}  // namespace heat
