// SPDX-License-Identifier: Apache-2.0
// node-pop3 from npm, in the version named. It knows no STLS, and trusts NODE_EXTRA_CA_CERTS.
// Before 0.9.1 it sends a blank behind each command that has no argument.
import { mkdirSync, writeFileSync } from "node:fs";

const { default: Pop3 } = await import(process.argv[2]);
const env = process.env;
const pop = new Pop3({
  host: env.POP_HOST, port: Number(env.POP_PORT), servername: env.POP_NAME,
  user: env.POP_USER, password: env.POP_PASSWORD, tls: env.POP_WAY === "implicit", timeout: 60000,
});

// The bytes between the status line and the end. It leaves a part of the end there where that came
// in two pieces.
async function retrieve(number) {
  const [, stream] = await pop.command("RETR", number);
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  const text = Buffer.concat(pieces).toString("latin1");
  return text.replace(/\r(\n(\.\r?)?)?$/, "") + "\r\n";
}

const list = await pop.UIDL();
await pop.STAT();
mkdirSync("mail");
for (const [number] of list) {
  writeFileSync(`mail/${number}`, await retrieve(Number(number)), "latin1");
}
await pop.QUIT();
