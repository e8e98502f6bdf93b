# SPDX-License-Identifier: Apache-2.0
# Perl's Mail::POP3Client. Of TLS it knows that from the first byte.
use strict;
use warnings;
use IO::Socket::SSL;
use Mail::POP3Client;

IO::Socket::SSL::set_defaults(SSL_ca_file => $ENV{POP_CA}, SSL_verify_mode => SSL_VERIFY_PEER,
                              SSL_verifycn_scheme => 'pop3');
my $pop = Mail::POP3Client->new(
  HOST => $ENV{POP_HOST}, PORT => $ENV{POP_PORT}, USER => $ENV{POP_USER},
  PASSWORD => $ENV{POP_PASSWORD}, USESSL => $ENV{POP_WAY} eq 'implicit');
my $count = $pop->Count;
die 'login: ' . $pop->Message if $count < 0;

mkdir 'mail' or die $!;
for my $number (1 .. $count) {
  open my $file, '>:raw', "mail/$number" or die $!;
  $pop->RetrieveToFile($file, $number) or die "RETR $number: " . $pop->Message;
  close $file or die $!;
}
$pop->Close or die 'QUIT: ' . $pop->Message;
