// Leader election by a Lease as a state machine: answers and times in, the next action out. No clock, no network; the
// shell around it is kube/leader_elector.h. The rules are client-go's (tools/leaderelection), made stricter where a
// second leader could slip in.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace kube {

// The part of a Lease's spec that the election is about. Times are another machine's: carried, never compared.
struct LeaseRecord {
  std::string holder;                // holderIdentity; empty: nobody
  std::chrono::seconds duration{0};  // leaseDurationSeconds, the holder's promise
  std::string acquire_time;          // MicroTime
  std::string renew_time;            // MicroTime
  std::int64_t transitions = 0;      // leaseTransitions
  friend auto operator<=>(const LeaseRecord&, const LeaseRecord&) = default;
};

// A value; not thread-safe. Every `now` is the same monotonic clock's.
//
// Who stands by takes the Lease only after it has seen it unchanged for the holder's whole duration on its own clock,
// so clocks may differ as they like, but not in their rate by more than duration : renew_deadline. Who leads stops
// renew_deadline after it *sent* the last renewal that succeeded: before anybody else may begin. One gap is left, by
// choice: where a person deletes the Lease of a running leader and a process starts that has never seen it, both lead
// until the first one's next renewal; closing it would make every first start wait.
class LeaseState {
 public:
  struct Settings {
    std::string identity;  // of this process, and of no other ever
    std::chrono::seconds duration{15};
    base::Duration renew_deadline = std::chrono::seconds(10);
    base::Duration retry_period = std::chrono::seconds(2);
    friend auto operator<=>(const Settings&, const Settings&) = default;
  };

  enum class Do {
    wait,    // for `delay`
    read,    // GET, then on_read(), on_missing() or on_failed()
    create,  // POST `record`, then on_written() or on_failed()
    update,  // PUT `record` over the version that was read or written last, then on_written() or on_failed()
    end,     // the lease is lost, or given back: nothing more will come
  };
  struct Action {
    Do what = Do::wait;
    base::Duration delay{0};
    bool jitter =
        false;  // of a wait: up to 1.2 times longer (client-go), so that those who stand by do not come together
    LeaseRecord record;  // of create and update; its times are for the shell to fill in
  };

  explicit LeaseState(Settings settings) : settings_(std::move(settings)) {}

  // What to do now. Call it again after a wait, or after the answer was handed in.
  Action next(base::Monotonic now);

  // Answers, each to what next() asked for. `version` is the Lease's resourceVersion.
  void on_read(base::Monotonic now, const LeaseRecord& record, const std::string& version);
  void on_missing(base::Monotonic now);
  // `sent`: before the request went out.
  void on_written(base::Monotonic sent, const LeaseRecord& record, const std::string& version);
  // Refused, or no answer: it may or may not have been done.
  void on_failed();

  // From now on the only aim is that nobody holds the Lease for us: it is given back if we had it.
  void give_back();

  // Whether this process may write at that moment.
  bool leads(base::Monotonic now) const { return leading_ && now < write_until_; }
  // When leads() ends, unless a renewal succeeds before.
  base::Monotonic write_until() const { return write_until_; }
  // What `end` means: true where the Lease was held and is not any more, by no wish of ours.
  bool lost() const { return lost_; }
  // Who has the Lease, as far as is known; empty: nobody.
  const std::string& holder() const { return seen_.holder; }
  // Whether the action given last renews by a GET first, because the direct way failed.
  bool on_slow_path() const { return leading_ && slow_; }

  friend auto operator<=>(const LeaseState&, const LeaseState&) = default;

 private:
  enum class Phase { read, create, update, pause, ended };

  void pause_then(Phase then);
  void lose();
  LeaseRecord wanted() const;

  Settings settings_;
  Phase phase_ = Phase::read;
  Phase after_pause_ = Phase::read;
  bool leading_ = false;
  bool giving_back_ = false;
  bool lost_ = false;
  bool slow_ = false;
  bool unsure_ = false;       // a write of ours failed, and may have been done; it may have made us the holder
  LeaseRecord seen_;          // as read or written last
  std::string seen_version_;  // of seen_; empty: there was none yet. A new one is the only sign of life
  // Until then another may lead, whatever the Lease says by now (it was deleted, or a late write of ours came through);
  // only an empty holder ends it sooner.
  base::Monotonic another_until_{};
  base::Monotonic write_until_{};
};

}  // namespace kube
