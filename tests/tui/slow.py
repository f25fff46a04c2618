"""Runs a program as over a slow line: slow.py SECONDS COMMAND… holds all bytes back for so long, in each direction."""
import fcntl
import os
import pty
import selectors
import signal
import sys
import termios
import time
import tty
from collections import deque


def main():
    delay, words = float(sys.argv[1]), sys.argv[2:]
    child, line = pty.fork()
    if child == 0:
        os.execvp(words[0], words)

    def resized(*_):
        fcntl.ioctl(line, termios.TIOCSWINSZ, fcntl.ioctl(0, termios.TIOCGWINSZ, bytes(8)))
    resized()
    signal.signal(signal.SIGWINCH, resized)
    before = termios.tcgetattr(0)
    tty.setraw(0)
    try:
        carry(line, delay)
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
    os.waitpid(child, 0)


def carry(line, delay):
    """Carries bytes between this terminal and a line until the line has ended and its last bytes are out."""
    waiting, is_open = deque(), True
    ends = selectors.DefaultSelector()
    ends.register(0, selectors.EVENT_READ, line)
    ends.register(line, selectors.EVENT_READ, 1)
    while is_open or waiting:
        due = max(waiting[0][0] - time.monotonic(), 0) if waiting else None
        if not is_open:
            time.sleep(due)
        for key, _ in ends.select(due) if is_open else ():
            try:
                data = os.read(key.fd, 65536)
            except OSError:
                data = b""
            is_open = is_open and data != b""
            waiting.append((time.monotonic() + delay, key.data, data))
        while waiting and waiting[0][0] <= time.monotonic():
            _, sink, data = waiting.popleft()
            while data and (is_open or sink == 1):
                data = data[os.write(sink, data):]


if __name__ == "__main__":
    main()
