# SPDX-License-Identifier: Apache-2.0
# Perl's Net::POP3.
use strict;
use warnings;
use Net::POP3;

my %tls = (SSL_ca_file => $ENV{POP_CA}, SSL_verify_mode => 1, SSL_verifycn_name => $ENV{POP_NAME});
my $way = $ENV{POP_WAY};
my $pop = Net::POP3->new($ENV{POP_HOST}, Port => $ENV{POP_PORT}, Timeout => 60,
                         $way eq 'implicit' ? (SSL => 1, %tls) : ()) or die "connect: $@";
$pop->starttls(%tls) or die 'STLS: ' . $pop->message if $way eq 'stls';
my $count = $pop->login($ENV{POP_USER}, $ENV{POP_PASSWORD}) // die 'login: ' . $pop->message;

mkdir 'mail' or die $!;
for my $number (1 .. $count) {
  my $lines = $pop->get($number) or die "RETR $number: " . $pop->message;
  open my $file, '>:raw', "mail/$number" or die $!;
  print $file @$lines;
  close $file or die $!;
}
$pop->quit or die 'QUIT: ' . $pop->message;
