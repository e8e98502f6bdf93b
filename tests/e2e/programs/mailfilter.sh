#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mailfilter: looks at the header of each message and deletes none, for want of a rule. It fetches
# nothing, and knows no STLS.
set -eu

mkdir -p mail
protocol=pop3
case $POP_WAY in
  implicit) protocol=pop3/ssl ;;
esac
cat >mailfilterrc <<END
LOGFILE = "$PWD/log"
SERVER = "$POP_NAME"
USER = "$POP_USER"
PASS = "$POP_PASSWORD"
PROTOCOL = "$protocol"
PORT = $POP_PORT
DENY = "^Subject:.*nothing is called like this"
END
exec mailfilter --mailfilterrc="$PWD/mailfilterrc" --verbose=1
