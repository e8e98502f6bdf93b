#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mutt: opens the mailbox and copies all of it to a Maildir. It wants a terminal: script gives one.
set -eu

mkdir -p mail/new mail/cur mail/tmp
scheme=pop starttls=no force=no
case $POP_WAY in
  implicit) scheme=pops ;;
  stls) starttls=yes force=yes ;;
  auto) starttls=yes ;;
esac
cat >muttrc <<END
set pop_user="$POP_USER" pop_pass="$POP_PASSWORD"
set ssl_starttls=$starttls ssl_force_tls=$force ssl_ca_certificates_file="$POP_CA"
set folder="$PWD" mbox_type=Maildir copy=no confirmappend=no confirmcreate=no wait_key=no
set mail_check=0 delete=no quit=yes sort=mailbox-order message_cachedir="" header_cache="" sleep_time=0
push "<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>$PWD/mail<enter><exit>"
END
exec script --quiet --return --command \
  "${MUTT:-mutt} -n -R -F muttrc -f $scheme://$POP_USER@$POP_HOST:$POP_PORT/" terminal
