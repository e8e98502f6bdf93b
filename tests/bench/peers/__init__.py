# SPDX-License-Identifier: Apache-2.0
"""The servers that are compared, in the order of the table."""

from peers.dovecot import DovecotPerformance, DovecotSecure
from peers.haproxy import Haproxy
from peers.hitch import Hitch
from peers.nginx import Nginx
from peers.perdition import Perdition
from peers.postern import Postern
from peers.relay import Relay
from peers.stunnel import Stunnel

PEERS = (Postern, Nginx, DovecotPerformance, DovecotSecure, Perdition, Stunnel, Haproxy, Hitch,
         Relay)
