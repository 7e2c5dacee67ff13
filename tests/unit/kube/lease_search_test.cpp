// Every interleaving of two processes, one Lease and a network that may lose, delay and drop anything, for as long as
// the horizon reaches: never do two lead at one moment.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "kube/lease_state.h"

namespace kube {
namespace {

using Do = LeaseState::Do;
using std::chrono::seconds;

// The Lease lasts 3 s here: longer than one term of each.
constexpr int horizon = 5;  // seconds
constexpr int most_faults = 2;

struct Lease {
  bool exists = false;
  LeaseRecord record;
  int version = 0;
  friend auto operator<=>(const Lease&, const Lease&) = default;
};

// A request on its way: it may be done now, later (also after its sender has given up), or never.
struct Request {
  Do what = Do::read;
  LeaseRecord record;
  int over = 0;  // the version that an update replaces
  int sent = 0;
  int done_as = 0;  // the version that it has made while its answer was still on its way; 0: none
  friend auto operator<=>(const Request&, const Request&) = default;
};

struct Process {
  LeaseState state;
  int wakes = 0;  // when a wait ends
  int knows = 0;  // the version it would update
  bool crashed = false;
  bool frozen = false;          // gets no time: its waits and requests last as long as they like
  std::vector<Request> asked;   // at most one: what it waits for
  std::vector<Request> adrift;  // at most one write that it has given up, and that may still arrive
  friend auto operator<=>(const Process&, const Process&) = default;
};

struct World {
  int time = 0;
  int edits = 0;
  int faults = 0;
  Lease lease;
  std::array<Process, 2> processes;
  friend auto operator<=>(const World&, const World&) = default;
};

base::Monotonic at(int time) { return base::Monotonic(std::chrono::hours(1)) + seconds(time); }

LeaseState::Settings settings(const char* identity) { return {identity, seconds(3), seconds(2), seconds(1)}; }

// What the API server does with a write; false: 404 or 409.
bool commit(Lease& lease, const Request& request) {
  if (request.what == Do::create ? lease.exists : !lease.exists || lease.version != request.over) return false;
  lease.exists = true;
  lease.record = request.record;
  ++lease.version;
  return true;
}

class Search {
 public:
  // All worlds that can be reached; fails where two lead.
  std::size_t run() {
    World first{0,
                0,
                0,
                {},
                {Process{LeaseState(settings("a")), 0, 0, false, false, {}, {}},
                 Process{LeaseState(settings("b")), 0, 0, false, false, {}, {}}}};
    add(first);
    while (!open_.empty() && bad_ == nullptr) {
      from_ = open_.back();
      open_.pop_back();
      spread(*from_);
    }
    return seen_.size();
  }
  // How it comes to two leaders; empty: it never does.
  std::string two_lead() const {
    std::string path;
    for (const World* world = bad_; world != nullptr; world = seen_.at(*world)) path = text(*world) + "\n" + path;
    return path;
  }
  std::set<std::string> reached;

 private:
  void add(World world) {
    int leaders = 0;
    for (Process& process : world.processes) {
      if (process.state.lost()) reached.insert("lost");
      if (process.crashed) continue;
      leaders += process.state.leads(at(world.time)) ? 1 : 0;
    }
    for (int i : {0, 1}) {
      if (world.processes[static_cast<std::size_t>(i)].state.leads(at(world.time))) reached.insert(i == 0 ? "a" : "b");
    }
    const auto [entry, fresh] = seen_.emplace(std::move(world), from_);
    if (!fresh) return;
    open_.push_back(&entry->first);
    if (leaders == 2) bad_ = &entry->first;
  }

  static std::string text(const World& world) {
    std::string line = std::to_string(world.time) + " s: the lease is ";
    line += world.lease.exists ? std::to_string(world.lease.version) + " of " + world.lease.record.holder : "missing";
    for (const Process& process : world.processes) {
      line += process.crashed ? "; ended" : process.state.leads(at(world.time)) ? "; leads" : "; does not lead";
      line += ", knows " + std::to_string(process.knows);
      for (const Request& request : process.asked) line += ", has asked " + text(request);
      for (const Request& request : process.adrift) line += ", has given up " + text(request);
    }
    return line;
  }
  static std::string text(const Request& request) {
    const char* verb = request.what == Do::read ? "read" : request.what == Do::create ? "create" : "update";
    return verb + (" at " + std::to_string(request.sent)) + (request.done_as != 0 ? " (done)" : "");
  }

  void spread(const World& world) {
    if (world.time < horizon && std::none_of(world.processes.begin(), world.processes.end(),
                                             [&](const Process& process) { return due(world, process); })) {
      World later = world;
      ++later.time;
      add(std::move(later));
    }
    // By a person, once, and when both have seen its last version: one that has not makes another at once
    // (lease_state.h tells why).
    const bool known = std::all_of(world.processes.begin(), world.processes.end(),
                                   [&](const Process& process) { return process.knows == world.lease.version; });
    if (world.edits == 0 && world.lease.exists && known) {
      World deleted = world;
      deleted.lease.exists = false;
      ++deleted.edits;
      add(std::move(deleted));
    }
    for (std::size_t i = 0; i < 2; ++i) {
      if (world.processes[i].crashed) continue;
      if (world.processes[i].frozen || world.faults < most_faults) {
        World other = world;
        Process& process = other.processes[i];
        other.faults += process.frozen ? 0 : 1;
        process.frozen = !process.frozen;
        add(std::move(other));
      }
      if (!world.processes[i].adrift.empty()) arrive_late(world, i);
      if (world.processes[i].asked.empty()) {
        wake(world, i);
      } else {
        answer(world, i);
      }
    }
  }

  // Whether it must act before time passes. A request takes up to a second.
  static bool due(const World& world, const Process& process) {
    if (process.crashed || process.frozen) return false;
    return process.asked.empty() ? process.wakes <= world.time : process.asked.front().sent < world.time;
  }

  // What the process does next, at once: time may pass before the answer as well.
  void act(World& world, Process& process) {
    const auto action = process.state.next(at(world.time));
    if (action.what == Do::end) {
      process.crashed = true;  // ends, and does nothing any more
    } else if (action.what == Do::wait) {
      process.wakes = world.time + static_cast<int>(std::chrono::ceil<seconds>(action.delay).count());
    } else {
      process.asked = {{action.what, action.record, process.knows, world.time}};
    }
  }

  void wake(World world, std::size_t i) {
    if (world.processes[i].frozen || world.time < world.processes[i].wakes) return;
    act(world, world.processes[i]);
    add(std::move(world));
  }

  void answer(const World& world, std::size_t i) {
    const Request request = world.processes[i].asked.front();
    if (request.what != Do::read && request.done_as == 0) {
      World before_its_answer = world;
      if (commit(before_its_answer.lease, request)) {
        before_its_answer.processes[i].asked.front().done_as = before_its_answer.lease.version;
        add(std::move(before_its_answer));
      }
    }
    if (world.processes[i].frozen) return;
    {
      World done = world;
      Process& process = done.processes[i];
      process.asked.clear();
      if (request.what == Do::read && done.lease.exists) {
        process.knows = done.lease.version;
        process.state.on_read(at(done.time), done.lease.record, std::to_string(done.lease.version));
      } else if (request.what == Do::read) {
        process.state.on_missing(at(done.time));
      } else if (request.done_as != 0 || commit(done.lease, request)) {
        process.knows = request.done_as != 0 ? request.done_as : done.lease.version;
        process.state.on_written(at(request.sent), request.record, std::to_string(process.knows));
      } else {
        process.state.on_failed();
      }
      act(done, process);
      add(std::move(done));
    }
    if (world.faults < most_faults) {
      World lost = world;  // given up; a write may arrive yet
      ++lost.faults;
      Process& process = lost.processes[i];
      process.asked.clear();
      if (request.what != Do::read && request.done_as == 0) process.adrift = {request};
      process.state.on_failed();
      act(lost, process);
      add(std::move(lost));
    }
  }

  void arrive_late(World world, std::size_t i) {
    const Request request = world.processes[i].adrift.front();
    world.processes[i].adrift.clear();
    commit(world.lease, request);
    add(std::move(world));
  }

  std::map<World, const World*> seen_;  // and how it was reached
  std::vector<const World*> open_;
  const World* from_ = nullptr;
  const World* bad_ = nullptr;
};

TEST(LeaseSearch, NeverDoTwoLead) {
  Search search;
  const std::size_t worlds = search.run();
  EXPECT_EQ(search.two_lead(), "");
  EXPECT_EQ(search.reached, (std::set<std::string>{"a", "b", "lost"}));
  RecordProperty("worlds", static_cast<int>(worlds));
  std::printf("%zu worlds\n", worlds);
}

}  // namespace
}  // namespace kube
