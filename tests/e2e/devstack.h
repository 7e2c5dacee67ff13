// A Heat that runs outside Kubernetes, configured as devstack's plugin configures it (tests/e2e/devstack): MariaDB,
// RabbitMQ, Keystone, heat-api and a heat-engine of two workers, each a process on the node, reached at the node's
// address by pods and by themselves.
//
// What of a devstack it is not: the programs are those of the images, Heat as Debian has it in place of the
// repository's newest; HAProxy stands in Apache's place, on port 8080, and hands HTTP to uwsgi; nobody runs memcached,
// heat-api-cfn or any other service of OpenStack.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "json/json.h"
#include "outside.h"

namespace e2e {

// For one thread at a time.
class Devstack {
 public:
  // Starts what Heat needs, and waits for nothing. `address` is the node's.
  explicit Devstack(std::string address);
  // Waits for them, puts Heat's accounts into Keystone and its tables into the database, and starts Heat itself. Throws
  // std::runtime_error with what went wrong.
  void bring_up();

  // What `openstack` prints for these arguments to the admin of that devstack; throws std::runtime_error where it
  // fails.
  std::string openstack(const std::vector<std::string>& arguments) const;
  enum class Then { wait, go_on };
  // Creates a stack of that template, as that admin, and waits until it is complete where it is told to.
  void create_stack(const std::string& name, const json::Value& template_body, Then then) const;
  // "CREATE_COMPLETE" and the like.
  std::string status_of(const std::string& stack) const;

  const std::string& address() const { return address_; }
  std::string auth_url() const { return front() + "/identity/v3"; }
  // What its heat.conf has.
  std::string encryption_key() const { return setting("auth_encryption_key"); }
  std::string database_connection() const { return setting("connection"); }
  // What its own engine has written.
  std::string engine_log() const;
  // The ends of what all of them have written, for a person.
  std::string tell() const;

 private:
  void start(const std::string& name, const OutsideProgram& program);
  // Waits until it has written `text`.
  void await_log(const std::string& name, const std::string& text);
  // Waits until a GET of that path succeeds.
  void await_answer(const std::string& path);
  OutsideProcess& process(const std::string& name) const;
  std::string setting(const std::string& option) const;
  OutsideProgram heat(std::vector<std::string> command) const;
  OutsideProgram as_admin(std::vector<std::string> command) const;
  std::string front() const { return "http://" + address_ + ":8080"; }

  const std::string address_;
  std::string heat_conf_;  // empty until the accounts are made
  std::vector<std::unique_ptr<OutsideProcess>> processes_;
  mutable int calls_ = 0;  // of programs that are run to their end, each with a name of its own
};

}  // namespace e2e
