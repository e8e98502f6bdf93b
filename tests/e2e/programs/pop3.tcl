# SPDX-License-Identifier: Apache-2.0
# pop3 of Tcl's standard library. It asks LAST before each message.
package require tls
package require pop3

set options {}
tls::init -cafile $env(POP_CA) -require 1
switch $env(POP_WAY) {
    implicit { set options [list -socketcmd [list ::tls::socket -servername $env(POP_HOST)]] }
    stls { set options {-stls 1} }
}
set pop [pop3::open {*}$options $env(POP_HOST) $env(POP_USER) $env(POP_PASSWORD) $env(POP_PORT)]
file mkdir mail
for {set number 1} {$number <= [lindex [pop3::status $pop] 0]} {incr number} {
    set file [open mail/$number wb]
    puts -nonewline $file [lindex [pop3::retrieve $pop $number] 0]
    close $file
}
pop3::close $pop
