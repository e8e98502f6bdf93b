#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_pop of the monitoring plugins: reads the greeting and leaves.
set -eu

mkdir -p mail
set --
case $POP_WAY in
  implicit) set -- -S ;;
esac
exec /usr/lib/nagios/plugins/check_pop -H "$POP_HOST" -p "$POP_PORT" "$@"
