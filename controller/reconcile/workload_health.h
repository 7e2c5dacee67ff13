// What runs in the pods, asked how it is over their network: brokers, and Heat about its engines.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "kube/model/resource_type.h"
#include "reconcile/broker_health.h"
#include "reconcile/engine_registry.h"

namespace reconcile {

// Thread-safe.
struct WorkloadHealth {
  using Changed = std::function<void(const kube::ObjectKey&)>;

  // `interval`: how often each is asked. `changed`: as Inquiries'.
  WorkloadHealth(base::Duration interval, const base::Clock& clock, const Changed& changed)
      : brokers(interval, clock, ask_broker, is_broker_well, changed),
        engines(
            interval, clock,
            [services = std::make_shared<ServiceList>(clock)](const EngineQuestion& question, std::stop_token stop) {
              return services->ask(question, std::move(stop));
            },
            are_engines_well, changed) {}

  void forget(const kube::ObjectKey& key) {
    brokers.forget(key);
    engines.forget(key);
  }
  // Two equal texts: the same is said.
  std::string version(const kube::ObjectKey& key) const {
    return std::to_string(brokers.version(key)) + "," + std::to_string(engines.version(key));
  }
  // Asks until the stop, brokers on the calling thread and Heats on another: neither waits for the other.
  void run(std::stop_token stop) {
    const std::jthread others([this](std::stop_token end) { engines.run(std::move(end)); });
    brokers.run(std::move(stop));
  }

  BrokerHealth brokers;
  EngineRegistry engines;
};

}  // namespace reconcile
