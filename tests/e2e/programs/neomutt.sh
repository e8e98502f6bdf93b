#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# neomutt: as mutt.
MUTT=neomutt . "$(dirname "$0")/mutt.sh"
