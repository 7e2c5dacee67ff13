#include "reconcile/reconciler.h"

#include <algorithm>

#include "base/logging.h"
#include "heat/names.h"
#include "reconcile/apply.h"
#include "reconcile/draw_secrets.h"
#include "reconcile/explain.h"
#include "reconcile/observe.h"
#include "reconcile/publish_status.h"

namespace reconcile {
namespace {

// A pass that follows another within this reads no Secret again: it was woken by what the first one did.
constexpr base::Duration secrets_stay_fresh = std::chrono::seconds(5);
// The status tells where to look when something has not come for 30 s: within a minute, whatever the poll.
constexpr base::Duration unsettled_interval = std::chrono::seconds(25);
// Nobody but us has a reason to write our own Secret: at rest it is looked at each so many polls.
constexpr int own_secret_polls = 5;
// Somebody is mending a Secret that is missing or malformed: look sooner than the poll does.
constexpr base::Duration mending_interval = std::chrono::seconds(10);

}  // namespace

// What one pass knows; lives on the worker's stack.
struct Reconciler::Pass {
  kube::ObjectPtr cluster;
  std::stop_token stop;
  bool others_wait;    // HeatClusters with work to be done
  std::uint64_t view;  // of the stores, when it began
  json::Value live_status;
  heat::Observed observed{};
  std::map<std::string, std::string> secrets{};  // resourceVersions of those it read
  bool wrote = false;                            // children or Secrets
  std::optional<heat::Desired> desired{};
  heat::StatusInput status{};
  runtime::Outcome outcome{};  // when the status could be written
};

Reconciler::Reconciler(World world, Settings settings)
    : world_(world), settings_(std::move(settings)), pace_(world_.clock) {}

runtime::Outcome Reconciler::reconcile(const kube::ObjectKey& key, std::size_t others_wait,
                                       std::stop_token stop) const {
  const kube::ObjectPtr cluster = world_.clusters.find(key);
  // Gone or going: the garbage collector takes the children, and creating anything now would only feed it.
  if (!cluster || cluster->deleting) {
    prints_.forget(key);
    if (world_.health != nullptr) world_.health->forget(key);
    at_rest_.forget(key);
    unanswered_.forget(key);
    pace_.forget(key);
    world_.seen_live.forget(key);
    world_.secrets.forget_unread(10 * world_.secrets.poll_interval(settings_.secret_poll_interval));
    return runtime::Outcome::done();
  }

  const std::uint64_t view = view_of(world_, *cluster);
  if (still_at_rest(*cluster, view, stop)) {
    return runtime::Outcome::after(world_.secrets.until_next_poll(settings_.secret_poll_interval));
  }
  at_rest_.forget(key);

  const json::Value live = cluster->parsed();
  Pass pass{cluster, stop, others_wait > 0, view, live.value("status", json::Value())};
  pass.observed.status = pass.live_status;
  pass.observed.now = base::rfc3339(world_.clock.wall());
  pass.status.generation = cluster->generation;

  const auto spec = heat::parse(live, settings_.defaults);
  if (!spec) {
    observe_children(world_, *cluster, pass.observed);
    pass.status.problems = spec.error();
    return publish(pass);
  }
  pass.status.spec = &*spec;
  return converge(pass, *spec);
}

// Whether all is as it was when the last pass found nothing to do: the stores by `view`, the Secrets by a look.
bool Reconciler::still_at_rest(const kube::Object& cluster, std::uint64_t view, std::stop_token stop) const {
  const std::optional<Rest> rest = at_rest_.find(cluster.key);
  if (!rest || rest->view != view) return false;
  if (!rest->until.empty() && base::rfc3339(world_.clock.wall()) >= rest->until) return false;
  const std::string own = heat::credentials_name(cluster.key.name);
  const base::Duration own_max_age = own_secret_polls * world_.secrets.poll_interval(settings_.secret_poll_interval);
  for (const auto& [name, version] : rest->secrets) {
    const base::Duration max_age = name == own ? own_max_age : secrets_stay_fresh;
    const auto secret = world_.secrets.read({cluster.key.namespace_name, name}, max_age, stop);
    if (!secret || secret->version() != version) return false;
  }
  return true;
}

// A status that says Ready and that nothing is left to do depends on no clock but by certificates: the same view leads
// to the same. `cluster`: with that status. Its write changes nothing else: the pass that it wakes would find what this
// one has found.
void Reconciler::note_rest(const Pass& pass, const json::Value& status, const kube::Object& cluster) const {
  if (pass.wrote || !pass.desired || !heat::is_settled(status)) return;
  // Something has come meanwhile that this pass has not seen, or not acted on: an edit may have been before the status.
  if (view_of(world_, *pass.cluster) != pass.view) return;
  if (cluster.generation != pass.cluster->generation || cluster.deleting) return;
  Rest rest{view_of(world_, cluster), pass.secrets, heat::valid_until(*pass.status.spec, pass.observed)};
  const std::string credentials = heat::credentials_name(pass.cluster->key.name);
  const auto ours = world_.secrets.known({pass.cluster->key.namespace_name, credentials}, 2 * own_secret_max_age);
  if (!ours) return;
  rest.secrets[credentials] = ours->version();
  at_rest_.settled(pass.cluster->key, std::move(rest));
}

runtime::Outcome Reconciler::converge(Pass& pass, const heat::Spec& spec) const {
  const kube::Object& cluster = *pass.cluster;
  observe_children(world_, cluster, pass.observed);
  const std::int64_t acted_on = json::integer_at(pass.live_status, "/observedGeneration", -1);
  const bool is_new = acted_on < 1;
  if (!is_new && acted_on != spec.generation) scale_ahead(pass, spec);
  // A spec that nobody has acted on yet gets Secrets read anew: who changes both at once means both.
  const base::Duration max_age = acted_on == spec.generation ? secrets_stay_fresh : base::Duration{0};
  auto read = observe_secrets(world_, spec, max_age, is_new, pass.stop, pass.observed);
  if (!read) return blocked(pass, "reading Secrets", read.error());

  observe_health(world_, cluster, spec, pass.observed);
  if (!checked(pass, spec)) return publish(pass);
  const auto missing = heat::missing(spec, pass.observed);
  if (!missing.empty()) {
    if (auto drawn = draw_secrets(world_, spec.namespace_name, missing, pass.stop); !drawn) {
      return blocked(pass, "creating a Secret", drawn.error());
    }
    pass.wrote = true;
    read = observe_secrets(world_, spec, secrets_stay_fresh, false, pass.stop, pass.observed);
    if (!read) return blocked(pass, "reading Secrets", read.error());
    // What was there already is as little checked as what a user gives.
    if (!checked(pass, spec)) return publish(pass);
  }

  pass.secrets = std::move(*read);

  pass.desired = heat::desired(spec, pass.observed, prints_.of(cluster.key));
  Applier applier(world_, cluster, is_new, pass.stop);
  auto applied = applier.apply(*pass.desired);
  if (applied) applied = applier.prune(*pass.desired);
  // Last: a volume that cannot grow keeps nothing else from being done.
  if (applied) applied = applier.grow(*pass.desired);
  pass.wrote = pass.wrote || applier.wrote();
  pass.outcome = runtime::Outcome::after(world_.secrets.until_next_poll(settings_.secret_poll_interval));
  if (applied && applier.view_lags()) return runtime::Outcome::after(view_lag);
  if (!applied) {
    const ApplyFailure& failure = applied.error();
    if (failure.stale) return runtime::Outcome::after(failure.retry_after);
    pass.status.apply_error = failure.message;
    pass.status.apply_error_is_final = failure.final;
    pass.status.apply_waits = failure.waits;
    if (failure.waits) {
      pass.outcome = runtime::Outcome::after(failure.retry_after);
    } else if (!failure.final) {
      pass.outcome = runtime::Outcome::retry(failure.message, failure.retry_after);
    }
  }
  return publish(pass);
}

// A count is what people change most and wait for. It needs no Secret to be read first where it is all that a workload
// differs in: no pod template comes of it. Everything else, and whatever fails here, is the business of the pass
// proper.
void Reconciler::scale_ahead(Pass& pass, const heat::Spec& spec) const {
  heat::Observed observed = pass.observed;
  const base::Duration max_age = 2 * world_.secrets.poll_interval(settings_.secret_poll_interval);
  if (!recall_secrets(world_, spec, max_age, observed)) return;
  if (!heat::problems(spec, observed).empty() || !heat::missing(spec, observed).empty()) return;
  Applier applier(world_, *pass.cluster, false, pass.stop);
  if (const auto scaled = applier.apply_counts(heat::desired(spec, observed, prints_.of(pass.cluster->key))); !scaled) {
    base::log::debug("scaling ahead of the pass",
                     {{"heatcluster", pass.cluster->key.text()}, {"error", scaled.error().message}});
  }
  pass.wrote = applier.wrote();
}

// Whether the configuration is one to act on; what is wrong with it goes into the status.
bool Reconciler::checked(Pass& pass, const heat::Spec& spec) const {
  pass.status.problems = heat::problems(spec, pass.observed);
  pass.outcome = runtime::Outcome::after(std::min(mending_interval, settings_.secret_poll_interval));
  return pass.status.problems.empty();
}

// Status, events, outcome: every pass that learnt something ends here.
runtime::Outcome Reconciler::publish(Pass& pass) const {
  if (pass.stop.stop_requested()) return runtime::Outcome::retry("the process is ending");
  std::optional<heat::Observed> before;
  if (pass.wrote) {
    before = pass.observed;
    observe_children(world_, *pass.cluster, pass.observed);
  }
  pass.status.observed = &pass.observed;
  pass.status.desired = pass.desired ? &*pass.desired : nullptr;
  pass.status.now = base::rfc3339(world_.clock.wall());
  const json::Value status = heat::status(pass.status);

  const base::Duration later = put_off(pass, status);
  const bool told = later == base::Duration{0};
  if (told) {
    if (auto written = write_status(pass, status); !written) return written.error();
  }

  const kube::ObjectReference regarding{&heat::heat_cluster, pass.cluster->key, pass.cluster->uid};
  // What could not be applied has not been done: it is told when it has.
  const heat::Desired* done = pass.status.apply_error.empty() ? pass.status.desired : nullptr;
  for (const heat::Notice& notice :
       heat::notices(before ? *before : pass.observed, done, pass.live_status, told ? status : pass.live_status)) {
    world_.events.record(regarding, {notice.warning, notice.reason, notice.action, notice.note});
  }
  if (!told) {
    pass.outcome.delay = std::min(pass.outcome.delay, later);
    return pass.outcome;
  }
  if (pass.outcome.kind == runtime::Outcome::Kind::after && !heat::is_settled(status)) {
    // Where there are many HeatClusters, Secrets are not read much more often for this.
    const base::Duration poll = world_.secrets.poll_interval(settings_.secret_poll_interval);
    pass.outcome.delay = std::min(pass.outcome.delay, std::max(unsettled_interval, poll * 2 / 5));
  }
  return pass.outcome;
}

// How long the status can wait, for what is new in it is progress that nobody waits for; 0: it is to be written.
base::Duration Reconciler::put_off(const Pass& pass, const json::Value& status) const {
  const bool in_doubt = unanswered_.contains(pass.cluster->key) || pass.outcome.kind != runtime::Outcome::Kind::after;
  if (in_doubt || agrees(status, pass.live_status) || !heat::is_progress(pass.live_status, status)) return {};
  return pace_.wait(pass.cluster->key, pass.others_wait);
}

// A failure is the outcome of the pass.
tl::expected<void, runtime::Outcome> Reconciler::write_status(const Pass& pass, const json::Value& status) const {
  const kube::ObjectKey& key = pass.cluster->key;
  const json::Value unknown;
  const auto written =
      publish_status(world_, *pass.cluster, status, unanswered_.contains(key) ? unknown : pass.live_status, pass.stop);
  if (!written) {
    unanswered_.add(key);
    return tl::unexpected(failed("writing the status", written.error()));
  }
  unanswered_.forget(key);
  if (*written) pace_.wrote(key);
  note_rest(pass, status, *written ? **written : *pass.cluster);
  return {};
}

// A missing right stays until a person grants it: that belongs into the status. What passes by itself does not.
runtime::Outcome Reconciler::blocked(Pass& pass, const std::string& what, const kube::Error& error) const {
  pass.outcome = failed(what, error);
  if (!error.forbidden()) return pass.outcome;
  pass.status.apply_error = pass.outcome.message;
  return publish(pass);
}

runtime::Outcome Reconciler::failed(const std::string& what, const kube::Error& error) const {
  if (error.stopped()) return runtime::Outcome::retry("the process is ending");
  return runtime::Outcome::retry(what + ": " + explain(error), error.retry_after);
}

}  // namespace reconcile
