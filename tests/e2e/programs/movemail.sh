#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# movemail of GNU mailutils: the whole mailbox into an mbox, left on the server.
set -eu

mkdir -p mail
scheme=pop
case $POP_WAY in
  implicit) scheme=pops ;;
esac
password=$(printf %s "$POP_PASSWORD" | sed 's/ /%20/g')
movemail --no-config --set ".tls.ssl-ca-file=$POP_CA" --preserve \
  "$scheme://$POP_USER:$password@$POP_HOST:$POP_PORT" "$PWD/mail/mbox"

# The first message gets the time of day in a field.
LC_ALL=C sed -i '0,/^X-IMAPbase:/s/^X-IMAPbase:.*/X-IMAPbase:/' mail/mbox
