// SPDX-License-Identifier: Apache-2.0
// What whoever breaks into the process could do with it.
#include "conf/meaning.hpp"

namespace postern::conf {

void check_sandbox(Reading& reading) {
  if (reading.settings.startup.sandbox != SandboxMode::kOff) return;
  reading.report.warning("sandbox-off", reading.mark_of("security.sandbox"),
                         "the process keeps every right that it was started with: whoever breaks "
                         "into it can run programs and write files");
}

}  // namespace postern::conf
