#include "kube/lease_state.h"

#include <algorithm>

namespace kube {
namespace {

// The process is ending, and somebody may be waiting for the Lease.
constexpr base::Duration give_back_retry = std::chrono::milliseconds(200);

}  // namespace

LeaseState::Action LeaseState::next(base::Monotonic now) {
  if (leading_ && !giving_back_ && now >= write_until_) lose();
  switch (phase_) {
    case Phase::read:
      return {Do::read, {}, false, {}};
    case Phase::create:
      return {Do::create, {}, false, wanted()};
    case Phase::update:
      return {Do::update, {}, false, wanted()};
    case Phase::ended:
      return {Do::end, {}, false, {}};
    case Phase::pause:
      break;
  }
  phase_ = after_pause_;
  if (giving_back_) return {Do::wait, give_back_retry, false, {}};
  if (!leading_) return {Do::wait, settings_.retry_period, true, {}};
  const auto rest = std::chrono::ceil<base::Duration>(write_until_ - now);
  return {Do::wait, std::min(settings_.retry_period, rest), false, {}};
}

void LeaseState::on_read(base::Monotonic now, const LeaseRecord& record, const std::string& version) {
  const bool ours = record.holder == settings_.identity;
  if (record.holder.empty()) {
    another_until_ = {};
  } else if (!ours && version != seen_version_) {
    another_until_ = now + record.duration;
  }
  seen_ = record;
  seen_version_ = version;
  unsure_ = false;
  if (giving_back_) {
    phase_ = ours ? Phase::update : Phase::ended;
  } else if (leading_ && !ours) {
    lose();
  } else if (!leading_ && now < another_until_) {
    pause_then(Phase::read);
  } else {
    phase_ = Phase::update;
  }
}

// Deleting a Lease does not release it: who leads makes it anew at its next renewal, and who stands by leaves it the
// time to.
void LeaseState::on_missing(base::Monotonic now) {
  unsure_ = false;
  if (giving_back_) {
    phase_ = Phase::ended;
  } else if (!leading_ && now < another_until_) {
    pause_then(Phase::read);
  } else {
    phase_ = Phase::create;
  }
}

void LeaseState::on_written(base::Monotonic sent, const LeaseRecord& record, const std::string& version) {
  slow_ = false;
  unsure_ = false;
  seen_ = record;
  seen_version_ = version;
  if (giving_back_) {
    leading_ = false;
    phase_ = Phase::ended;
    return;
  }
  leading_ = true;
  write_until_ = sent + settings_.renew_deadline;
  pause_then(Phase::update);
}

// The direct renewal is followed by a GET at once: the version may have moved by somebody's edit, or by our own write
// whose answer was lost. Anything else waits.
void LeaseState::on_failed() {
  const bool direct = leading_ && !giving_back_ && !slow_ && phase_ == Phase::update;
  slow_ = true;
  unsure_ = unsure_ || phase_ != Phase::read;
  if (direct) {
    phase_ = Phase::read;
  } else {
    pause_then(Phase::read);
  }
}

void LeaseState::give_back() {
  if (phase_ == Phase::ended) return;
  giving_back_ = true;
  if (unsure_) {
    phase_ = Phase::read;
  } else {
    phase_ = leading_ ? Phase::update : Phase::ended;
  }
  write_until_ = {};
}

void LeaseState::pause_then(Phase then) {
  phase_ = Phase::pause;
  after_pause_ = then;
}

void LeaseState::lose() {
  leading_ = false;
  lost_ = true;
  phase_ = Phase::ended;
}

LeaseRecord LeaseState::wanted() const {
  LeaseRecord record = seen_;
  if (giving_back_) {
    record.holder.clear();
    record.duration = std::chrono::seconds(1);  // the API refuses less
    return record;
  }
  const bool renewal = seen_.holder == settings_.identity;
  record.holder = settings_.identity;
  record.duration = settings_.duration;
  if (!renewal) record.acquire_time.clear();  // now
  if (!renewal && !seen_version_.empty()) ++record.transitions;
  return record;
}

}  // namespace kube
