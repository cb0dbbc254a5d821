"""Children that heed signals, whoever runs the tests: what a shell puts into the background ignores SIGINT, and a thread of a
pool blocks signals. A child inherits both."""

import signal


def heed_signals():
    """To be called in the child, before it becomes the program: `preexec_fn=heed_signals`."""
    asking = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    for number in asking:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, asking)
