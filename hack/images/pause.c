/* The process that keeps a pod's namespaces: it reaps what other containers leave (shareProcessNamespace makes it their
 * init) and ends at SIGTERM. Signals that are blocked and waited for need no handler, so nothing can be missed. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  static const char warning[] = "pause: no init, children of others will not be reaped\n";
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, SIGINT);
  sigaddset(&awaited, SIGTERM);
  if (sigprocmask(SIG_BLOCK, &awaited, 0) != 0) return 1;
  if (getpid() != 1 && write(STDERR_FILENO, warning, sizeof warning - 1) < 0) return 1;
  for (;;) {
    int signal = 0;
    if (sigwait(&awaited, &signal) != 0) return 1;
    if (signal != SIGCHLD) return 0;
    while (waitpid(-1, 0, WNOHANG) > 0) {
    }
  }
}
