#!/usr/bin/env node
// Verifies an evidence bundle of Onrecord, off line and with nothing but Node: docs/verify.md.

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { nodePort, openSource } from './node.mjs'
import { headline, reportLines, rowLine } from './report.mjs'
import { verifyBundle } from './verify.mjs'

const usage = `onrecord-verify BUNDLE --policy FILE [--head FILE]... [--root FILE]... [--skew SECONDS] [--records] [--json]

BUNDLE       a zip or a folder
--policy     the log's and witnesses' keys, and how many witnesses there have to be: not the one in the bundle, but
             one that you have from elsewhere; or a file with the log's verifier key alone
--head       a signed head of the log that you have from elsewhere
--root       a certificate (PEM) of a time-stamping service that you trust
--records    a line for each record

Exit status: 0 complete, 1 broken, 2 sound but incomplete, 3 wrong usage.`

const { values, positionals } = read(process.argv.slice(2))
if (positionals.length !== 1 || values.policy === undefined || values.help) {
  console.error(usage)
  process.exit(3)
}
process.exitCode = await run(positionals[0])

function read(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        policy: { type: 'string' },
        head: { type: 'string', multiple: true },
        root: { type: 'string', multiple: true },
        skew: { type: 'string' },
        records: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    })
  } catch (error) {
    console.error(`onrecord-verify: ${error.message}`)
    return { values: {}, positionals: [] }
  }
}

async function run(path) {
  const given = {
    policy: readFileSync(values.policy, 'utf8'),
    heads: (values.head ?? []).map((file) => new Uint8Array(readFileSync(file))),
    roots: (values.root ?? []).map((file) => new Uint8Array(new X509Certificate(readFileSync(file)).raw)),
    skewMs: Number(values.skew ?? 300) * 1000,
  }
  const rows = []
  const onRecord = (row) => {
    if (values.json && values.records) rows.push(row)
    else if (values.records) console.log(rowLine(row))
  }
  let report
  try {
    report = await verifyBundle(async () => await openSource(path), given, nodePort, onRecord)
  } catch (error) {
    console.error(`onrecord-verify: ${error.message}`)
    return 3
  }
  if (values.json) console.log(JSON.stringify({ ...report, ...(values.records && { records: rows }) }))
  else console.log([headline(report), ...reportLines(report)].join('\n'))
  return report.exit
}
