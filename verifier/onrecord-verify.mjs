#!/usr/bin/env node
// Verifies an evidence bundle of Onrecord, off line and with nothing but Node: docs/verify.md.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { nodePort, openSource } from './node.mjs'
import { headline, reportLines, rowLine } from './report.mjs'
import { verifyBundle } from './verify.mjs'

const usage = `onrecord-verify BUNDLE --policy FILE [--head FILE]... [--root FILE]... [--skew SECONDS] [--records] [--json]

BUNDLE       a zip, a folder, or a .tlog-proof
--policy     the log's and witnesses' keys, and how many witnesses there have to be: not the one in the bundle, but
             one that you have from elsewhere; or a file with the log's verifier key alone
--head       a signed head of the log that you have from elsewhere
--root       a certificate (PEM) of a time-stamping service that you trust
--records    a line for each record

Exit status: 0 complete, 1 broken, 2 sound but incomplete, 3 wrong usage.`

const [text, list, flag] = [{ type: 'string' }, { type: 'string', multiple: true }, { type: 'boolean' }]
const options = { policy: text, head: list, root: list, skew: text, records: flag, json: flag, help: flag }
try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options })
  const isAsked = positionals.length === 1 && values.policy !== undefined && !values.help
  if (!isAsked) (values.help ? console.log : console.error)(usage)
  process.exitCode = isAsked ? await run(positionals[0], values) : values.help ? 0 : 3
} catch (error) {
  console.error(`onrecord-verify: ${error.message}`)
  process.exitCode = 3
}

async function run(path, { policy, head = [], root = [], skew = 300, records = false, json = false }) {
  const heads = head.map((file) => new Uint8Array(readFileSync(file)))
  const roots = root.map((file) => new Uint8Array(new X509Certificate(readFileSync(file)).raw))
  const given = { policy: readFileSync(policy, 'utf8'), heads, roots, skewMs: Number(skew) * 1000 }
  const rows = []
  const show = json ? (row) => rows.push(row) : (row) => console.log(rowLine(row))
  const report = await verifyBundle(async () => await openSource(path), given, nodePort, records ? show : undefined)
  if (json) console.log(JSON.stringify(records ? { ...report, records: rows } : report))
  else console.log([headline(report), ...reportLines(report)].join('\n'))
  return report.exit
}
