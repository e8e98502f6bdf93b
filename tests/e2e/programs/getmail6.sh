#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# getmail6: hands each message to a program that appends it. It knows no STLS.
set -eu

mkdir -p mail settings
case $POP_WAY in
  implicit) retriever="type = SimplePOP3SSLRetriever
ca_certs = $POP_CA
ssl_cert_hostname = $POP_NAME" ;;
  clear | auto) retriever="type = SimplePOP3Retriever" ;;
esac
cat >settings/getmailrc <<END
[retriever]
$retriever
server = $POP_HOST
port = $POP_PORT
username = $POP_USER
password = $POP_PASSWORD
[destination]
type = MDA_external
path = /usr/bin/tee
arguments = ("-a", "$PWD/mail/all")
allow_root_commands = true
[options]
read_all = true
delete = false
delivered_to = false
received = false
END
exec getmail --getmaildir "$PWD/settings" --rcfile getmailrc
