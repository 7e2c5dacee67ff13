// Programs that run on the node as Kubernetes does not: no kubelet looks after them, and the network is the node's own.
// They come from the images that pods use (hack/cluster/outside.sh).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "process.h"

namespace e2e {

// Whether the node can be reached so: not every cluster that a test is given is one of hack/cluster.
bool outside_is_at_hand();

struct OutsideProgram {
  std::string image;
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> files;  // their content, by the path that the program finds it at
  std::vector<std::string> directories;      // in memory, for everybody to write in
};

// One that goes on until the object goes. For one thread at a time.
class OutsideProcess {
 public:
  // `name` is unique on the node. Throws std::runtime_error where it cannot be started.
  OutsideProcess(const std::string& name, const OutsideProgram& program);
  // Ends it, and waits until nothing of it is left.
  ~OutsideProcess();
  OutsideProcess(const OutsideProcess&) = delete;
  OutsideProcess& operator=(const OutsideProcess&) = delete;

  const std::string& name() const { return name_; }
  // What it has written so far.
  std::string log() const;
  bool has_ended() { return process_->wait(integration::Duration(0)).has_value(); }

 private:
  const std::string name_;
  const std::string log_;  // a path
  std::unique_ptr<integration::Process> process_;
};

// One that is waited for. What it prints; throws std::runtime_error with its words where it fails or takes longer.
std::string succeed_outside(const std::string& name, const OutsideProgram& program,
                            integration::Duration within = integration::Duration(90'000));

}  // namespace e2e
