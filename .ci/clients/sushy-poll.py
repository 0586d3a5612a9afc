"""sushy-poll.py URL USER PASSWORD: OpenStack's library polls managers and chassis; it knows no PDU."""

import signal
import sys
import time

import sushy

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
url, user, password = sys.argv[1:]
root = sushy.Sushy(url, auth=sushy.auth.SessionAuth(user, password))
while True:
    manager = root.get_manager_collection().get_members()[0]
    chassis = root.get_chassis_collection().get_members()[0]
    manager.refresh(force=True)
    chassis.refresh(force=True)
    print(manager.identity, manager.firmware_version, chassis.identity)
    time.sleep(0.5)
