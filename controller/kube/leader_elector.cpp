#include "kube/leader_elector.h"

#include <algorithm>
#include <utility>

#include "base/logging.h"

namespace kube {
namespace {

// client-go: one call that hangs must leave time for another before the deadline.
constexpr int requests_in_a_deadline = 2;
constexpr double jitter_factor = 1.2;
// After a stop; where it is not enough the next leader waits for the Lease's end.
constexpr base::Duration give_back_time = std::chrono::seconds(3);
constexpr base::Monotonic::rep never = base::Monotonic::min().time_since_epoch().count();

LeaseRecord record_of(const json::Value& lease) {
  LeaseRecord record;
  record.holder = json::string_at(lease, "/spec/holderIdentity");
  record.duration = std::chrono::seconds(json::integer_at(lease, "/spec/leaseDurationSeconds"));
  record.acquire_time = json::string_at(lease, "/spec/acquireTime");
  record.renew_time = json::string_at(lease, "/spec/renewTime");
  record.transitions = json::integer_at(lease, "/spec/leaseTransitions");
  return record;
}

void put(const LeaseRecord& record, json::Value& lease) {
  json::Value& spec = lease["spec"];
  spec["holderIdentity"] = record.holder;
  spec["leaseDurationSeconds"] = record.duration.count();
  spec["acquireTime"] = record.acquire_time;
  spec["renewTime"] = record.renew_time;
  spec["leaseTransitions"] = record.transitions;
}

}  // namespace

LeaderElector::LeaderElector(ObjectKey lease, LeaseState::Settings settings, Client& client, const base::Clock& clock,
                             base::Metrics& metrics)
    : key_(std::move(lease)),
      settings_(settings),
      client_(client),
      clock_(clock),
      leading_(
          metrics.gauge("leader_election_master_status", "Whether this process leads: 1 or 0.", {{"name", key_.name}})),
      slow_path_(metrics.counter("leader_election_slowpath_total", "Renewals for which the Lease had to be read first.",
                                 {{"name", key_.name}})),
      state_(std::move(settings)),
      random_(std::random_device{}()),
      write_until_(never) {
  leading_.Set(0);
}

LeaderElector::End LeaderElector::run(std::stop_token stop) {
  while (true) {
    const base::Monotonic now = clock_.now();
    progress_ = now.time_since_epoch().count();
    if (stop.stop_requested() && !give_back_until_) {
      give_back_until_ = now + give_back_time;
      state_.give_back();
    }
    const LeaseState::Action action = state_.next(now);
    publish();
    if (action.what == LeaseState::Do::end) break;
    if (give_back_until_ && now >= *give_back_until_) {
      base::log::warn("the lease could not be given back: the next leader waits for its end",
                      {{"lease", key_.text()}, {"error", trouble()}});
      break;
    }
    act(action, give_back_until_ ? std::stop_token() : stop);
  }
  progress_ = 0;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    if (state_.lost()) {
      loss_ = state_.holder() != settings_.identity
                  ? "it is now " + (state_.holder().empty() ? "nobody's" : "that of " + state_.holder())
                  : "it was not renewed in time" + (trouble_.empty() ? std::string() : ": " + trouble_);
    }
  }
  changed_.notify_all();
  return state_.lost() ? End::lost : End::left;
}

bool LeaderElector::wait_until_leading(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, std::move(stop), [this] { return ended_ || leads(); });
  return leads();
}

std::string LeaderElector::trouble() const {
  const std::lock_guard lock(mutex_);
  return known_ ? std::string() : trouble_;
}

std::string LeaderElector::loss() const {
  const std::lock_guard lock(mutex_);
  return loss_;
}

bool LeaderElector::alive(base::Duration within) const {
  const base::Monotonic::rep last = progress_;
  return last == 0 || clock_.now() - base::Monotonic(base::Monotonic::duration(last)) <= within;
}

void LeaderElector::act(const LeaseState::Action& action, std::stop_token stop) {
  if (action.what == LeaseState::Do::wait) return pause(action, std::move(stop));
  const base::Duration within = time_for_a_request();
  if (action.what != LeaseState::Do::read) return write(action, within, std::move(stop));
  const auto answer = client_.get(types::lease, key_, std::move(stop), within);
  if (answer) {
    take(*answer, {}, false);
  } else if (answer.error().not_found()) {
    state_.on_missing(clock_.now());
  } else {
    failed(answer.error(), true);
  }
}

void LeaderElector::write(const LeaseState::Action& action, base::Duration within, std::stop_token stop) {
  const bool create = action.what == LeaseState::Do::create;
  if (state_.on_slow_path()) slow_path_.Increment();
  json::Value body = create ? json::Value{{"apiVersion", types::lease.api_version()},
                                          {"kind", types::lease.kind},
                                          {"metadata", {{"name", key_.name}, {"namespace", key_.namespace_name}}}}
                            : object_;
  LeaseRecord record = action.record;
  record.renew_time = base::rfc3339_micro(clock_.wall());
  if (record.acquire_time.empty() || record.holder.empty()) record.acquire_time = record.renew_time;
  put(record, body);
  const base::Monotonic sent = clock_.now();
  const auto answer = create ? client_.create(types::lease, key_.namespace_name, body.dump(), std::move(stop), within)
                             : client_.replace(types::lease, key_, body.dump(), std::move(stop), within);
  if (answer) {
    take(*answer, sent, true);
  } else {
    // Somebody was faster, or has deleted it: the next look tells.
    const bool passed_by = answer.error().conflict() || answer.error().already_exists();
    failed(answer.error(), !passed_by && (create || !answer.error().not_found()));
  }
}

// A Lease from the server: read, or the answer to a write of ours.
void LeaderElector::take(const std::string& body, base::Monotonic sent, bool written) {
  auto lease = json::parse(body);
  const std::string version = lease ? json::string_at(*lease, "/metadata/resourceVersion") : std::string();
  if (version.empty()) {
    return failed({0, "Unreadable", "the answer is no Lease", {}, http::Failure::broken}, true);
  }
  object_ = std::move(*lease);
  object_["metadata"].erase("managedFields");  // left out they stay as they are
  if (written) {
    state_.on_written(sent, record_of(object_), version);
  } else {
    state_.on_read(clock_.now(), record_of(object_), version);
  }
  const std::lock_guard lock(mutex_);
  trouble_.clear();
  known_ = true;
}

void LeaderElector::failed(const Error& error, bool worth_telling) {
  state_.on_failed();
  if (!worth_telling || error.stopped()) return;
  const std::string text = error.text() + advice(error);
  {
    const std::lock_guard lock(mutex_);
    if (trouble_ == text) return;
    trouble_ = text;
  }
  base::log::warn("the lease cannot be read or renewed; trying on", {{"lease", key_.text()}, {"error", text}});
}

std::string LeaderElector::advice(const Error& error) const {
  if (error.forbidden()) {
    return "; the operator needs the rights get, create and update on leases.coordination.k8s.io in namespace " +
           key_.namespace_name + ": apply manifests/install.yaml";
  }
  // A missing Lease is none: it is made. What is missing is the namespace.
  if (error.not_found()) return "; the namespace of --leader-elect-namespace must exist";
  return {};
}

// Tells the other threads and the log what the state has become.
void LeaderElector::publish() {
  const bool leads = state_.leads(clock_.now());
  {
    const std::lock_guard lock(mutex_);
    write_until_ = leads ? state_.write_until().time_since_epoch().count() : never;
  }
  changed_.notify_all();
  leading_.Set(leads ? 1 : 0);
  if (leads && !told_leading_) base::log::info("leading", {{"lease", key_.text()}, {"identity", settings_.identity}});
  if (!leads && told_leading_ && !state_.lost()) base::log::info("gives the lease back", {{"lease", key_.text()}});
  told_leading_ = leads;
  const std::string& holder = state_.holder();
  if (!leads && !holder.empty() && holder != settings_.identity && holder != told_holder_) {
    base::log::info("standing by", {{"lease", key_.text()}, {"holder", holder}});
  }
  told_holder_ = holder;
}

// Who leads hears of its loss at the deadline, whatever the server does.
base::Duration LeaderElector::time_for_a_request() const {
  const base::Duration most =
      std::max<base::Duration>(std::chrono::seconds(1), settings_.renew_deadline / requests_in_a_deadline);
  const base::Monotonic now = clock_.now();
  if (!give_back_until_ && !state_.leads(now)) return most;
  const base::Monotonic until = give_back_until_.value_or(state_.write_until());
  return std::clamp(std::chrono::ceil<base::Duration>(until - now), base::Duration(1), most);
}

void LeaderElector::pause(const LeaseState::Action& action, std::stop_token stop) {
  base::Duration delay = action.delay;
  if (action.jitter) {
    std::uniform_real_distribution<double> spread(0.0, jitter_factor);
    delay +=
        base::Duration(static_cast<base::Duration::rep>(static_cast<double>(action.delay.count()) * spread(random_)));
  }
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::move(stop), delay, [] { return false; });
}

}  // namespace kube
