#include "heat/config/uwsgi_ini.h"

#include "heat/component.h"
#include "heat/config/paste.h"
#include "heat/config/sums.h"
#include "heat/names.h"
#include "heat/release.h"

namespace heat {
namespace {

// Heat 24 is the first with the module that has a ready-made application; those before have one that makes it.
std::string module(const Spec& spec, bool cfn) {
  if (at_least(spec.release, "2025.1")) return cfn ? "heat.wsgi.cfn:application" : "heat.wsgi.api:application";
  return cfn ? "heat.httpd.heat_api_cfn:init_application()" : "heat.httpd.heat_api:init_application()";
}

}  // namespace

std::chrono::seconds longest_call(const Spec& spec) { return spec.proxy.server_timeout; }

std::string uwsgi_ini(const Spec& spec, Component component) {
  const bool cfn = component == Component::cfn;
  const Api& api = cfn ? spec.cfn : spec.api;
  const std::string directory = std::string(config_directory) + "/";
  std::string arguments = "--config-file " + directory + std::string(heat_conf_file) + " --config-file " + directory +
                          std::string(credentials_file);
  if (!spec.config.heat.empty()) arguments += " --config-file " + directory + std::string(overrides_file);

  std::string text = "# Made by heat-operator.\n[uwsgi]\n";
  const auto set = [&](std::string_view key, const std::string& value) {
    text += std::string(key) + " = " + value + "\n";
  };
  set("plugins", "python3");  // a separate file in distributions' packages; passed over where it is built in
  set("http-socket", ":" + std::to_string(traits(component).port));
  set("module", module(spec, cfn));
  set("pyargv", arguments);
  if (reads_ec2_filter(spec, component)) set("pythonpath", std::string(config_directory));
  set("processes", std::to_string(api.workers));
  set("threads", std::to_string(api.threads));
  set("enable-threads", "true");
  set("listen", std::to_string(api_listen_queue));
  set("buffer-size", "65535");  // of a request's headers: tokens are long
  set("master", "true");
  set("need-app", "true");
  // Each process loads Heat for itself: a connection to the broker does not survive a fork.
  set("lazy-apps", "true");
  set("thunder-lock", "true");
  set("disable-logging", "true");
  // At SIGTERM calls under way are finished. No harakiri: it would end a whole process, with every other call in it.
  set("die-on-term", "true");
  set("hook-master-start", "unix_signal:15 gracefully_kill_them_all");
  set("worker-reload-mercy", std::to_string(longest_call(spec).count()));
  return text;
}

}  // namespace heat
