#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fdm: appends each message to an mbox, and keeps it. It knows no STLS.
set -eu

mkdir -p mail
scheme=pop3
case $POP_WAY in
  implicit) scheme=pop3s ;;
esac
cat >fdm.conf <<END
action "all" mbox "$PWD/mail/mbox"
account "test" $scheme server "$POP_NAME" port "$POP_PORT" user "$POP_USER" pass "$POP_PASSWORD" no-verify keep
match all action "all"
END
chmod 600 fdm.conf
exec fdm -u "$(id -un)" -f fdm.conf fetch
