#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# s-nail: opens the mailbox and copies all of it to an mbox.
set -eu

mkdir -p mail
scheme=pop3
set --
case $POP_WAY in
  implicit) scheme=pop3s ;;
  stls) set -- -S pop3-use-starttls ;;
esac
user=$POP_USER password=$(printf %s "$POP_PASSWORD" | sed 's/ /%20/g')
exec s-nail -:/ -# -R -S v15-compat -S pop3-no-apop -S tls-verify=strict \
  -S tls-ca-no-defaults -S tls-ca-file="$POP_CA" "$@" -Y 'copy * mail/mbox' -Y quit \
  -f "$scheme://$user:$password@$POP_NAME:$POP_PORT"
