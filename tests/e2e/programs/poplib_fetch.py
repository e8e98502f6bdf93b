# SPDX-License-Identifier: Apache-2.0
# Python's poplib, as those use it who fetch mail into a system of theirs.
import os
import poplib
import ssl

env = os.environ
context = ssl.create_default_context(cafile=env["POP_CA"])
port = int(env["POP_PORT"])
if env["POP_WAY"] == "implicit":
    pop = poplib.POP3_SSL(env["POP_NAME"], port, context=context, timeout=60)
else:
    pop = poplib.POP3(env["POP_NAME"], port, timeout=60)
    if env["POP_WAY"] == "stls":
        pop.stls(context)
pop.user(env["POP_USER"])
pop.pass_(env["POP_PASSWORD"])
os.mkdir("mail")
for number in range(1, pop.stat()[0] + 1):
    with open(f"mail/{number}", "wb") as file:
        file.write(b"\r\n".join(pop.retr(number)[1]))
pop.quit()
