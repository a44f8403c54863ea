"""``dlquiz``, and ``python -m dlquiz``."""

import signal


def run() -> int:
    """Run the program; Ctrl-C ends it without a word as long as only its own modules are being imported."""
    default = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # else the shell wants it ignored
    if default:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # The demo starts us with Ctrl-C blocked: a Python that is interrupted while it starts prints a traceback.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    from dlquiz.cli import main

    if default:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return main()


if __name__ == "__main__":
    raise SystemExit(run())
