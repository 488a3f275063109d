#!/usr/bin/env node
// Runs every scenario of load.mjs against one running server, several times, and appends one JSON line per run to --out.
//   node run-matrix.mjs --label "prosody internal" --port 27322 --domain bench.local --pidfile DIR/server.pid[,DIR2/pg.pid] --out results.jsonl
//        [--runs 3] [--idle-runs 1] [--seconds 15] [--users 2000] [--idle 2000] [--lock FILE] [--nice -15] [--only chat,muc] [--restart CMD]
//   node run-matrix.mjs --table --out results.jsonl            prints the medians as a markdown table
// --restart: shell command that stops and restarts the server on the same data (used before the idle scenario, so memory starts fresh).
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import os from 'node:os'
import { args, procTree, readPids } from './xmpp-lib.mjs'
const o = args(process.argv.slice(2), ['table', 'help'])
if (o.help || !o.out) {
  console.log(
    fs
      .readFileSync(fileURLToPath(import.meta.url), 'utf8')
      .split('\n')
      .slice(1, 7)
      .join('\n'),
  )
  process.exit(2)
}
const med = (a) => {
  const b = a.filter((x) => x !== null && x !== undefined).sort((x, y) => x - y)
  return b.length ? b[Math.floor((b.length - 1) / 2)] : null
}
if (o.table) table()
else run()

function run() {
  const LOAD = path.join(path.dirname(fileURLToPath(import.meta.url)), 'load.mjs')
  const runs = +(o.runs ?? 3),
    secs = +(o.seconds ?? 15),
    users = o.users ?? 2000,
    only = o.only?.split(',')
  const base = [
    '--port',
    o.port,
    '--host',
    o.host ?? '127.0.0.1',
    '--domain',
    o.domain ?? 'bench.local',
    '--users',
    users,
    ...(o.pidfile ? ['--pidfile', o.pidfile] : []),
    ...(o.pid ? ['--pid', o.pid] : []),
  ]
  // --nice N (root): on a shared machine give the generator and the server processes this priority (autogroup and nice), so
  // that other people's work disturbs less. The share others still took is in other_cpu_pct of every line.
  const prio = () => {
    if (o.nice === undefined) return
    const pids = procTree([process.pid, ...readPids(o)])
    for (const p of pids) {
      try {
        fs.writeFileSync(`/proc/${p}/autogroup`, String(o.nice))
      } catch {
        /* not supported */
      }
      for (const t of ls(`/proc/${p}/task`))
        try {
          os.setPriority(+t, +o.nice)
        } catch {
          /* gone */
        }
    }
  }
  const ls = (d) => {
    try {
      return fs.readdirSync(d)
    } catch {
      return []
    }
  }
  const go = (name, a) => {
    if (only && !only.includes(name)) return
    prio()
    const argv = [process.execPath, LOAD, ...a, ...base].map(String),
      cmd = o.lock ? ['flock', o.lock, ...argv] : argv
    const r = spawnSync(cmd[0], cmd.slice(1), {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      timeout: 400000,
      killSignal: 'SIGKILL',
    })
    const last = (r.stdout ?? '').trim().split('\n').at(-1) ?? ''
    let j
    try {
      j = JSON.parse(last)
    } catch {
      j = { error: `exit ${r.status} ${r.error ?? ''} ${(r.stderr ?? '').slice(-300)}` }
    }
    const rec = { label: o.label, name, at: new Date().toISOString(), ...j }
    fs.appendFileSync(o.out, JSON.stringify(rec) + '\n')
    console.log(
      `${rec.at} ${o.label} ${name}: ${j.error ? 'ERROR ' + j.error : [j.msgs_per_s && j.msgs_per_s + ' msg/s', j.deliveries_per_s && j.deliveries_per_s + ' deliv/s', j.logins_per_s && j.logins_per_s + ' logins/s', j.pages_per_s && j.pages_per_s + ' pages/s', j.rss_per_conn_kb && j.rss_per_conn_kb + ' kB/conn', j.p50_ms && `p50 ${j.p50_ms} p99 ${j.p99_ms}`, j.server_cpu_pct && `cpu ${j.server_cpu_pct}%`, j.lost !== undefined && `lost ${j.lost} dup ${j.duplicated}`, j.archive && JSON.stringify(j.archive)].filter(Boolean).join(' ')}`,
    )
  }
  const restart = () => {
    if (o.restart) {
      const r = spawnSync('bash', ['-c', o.restart], { stdio: ['ignore', 'inherit', 'inherit'] })
      if (r.status) console.log('restart failed', r.status)
    }
  }
  // fixed-size archives for the mam scenario: users 1000..1003, 2000 messages each
  go('fill', [
    'chat',
    '--pairs',
    2,
    '--window',
    20,
    '--count',
    2000,
    '--user-offset',
    1000,
    '--warmup',
    0,
    '--seconds',
    120,
  ])
  for (let i = 0; i < runs; i++) {
    go('light', [
      'chat',
      '--pairs',
      5,
      '--window',
      1,
      '--seconds',
      Math.ceil(secs * 0.4),
      '--warmup',
      1,
    ])
    go('chat', [
      'chat',
      '--pairs',
      20,
      '--window',
      10,
      '--seconds',
      secs,
      '--drain',
      20,
      ...(i === 0
        ? ['--check-archive', '--check-pairs', 3, '--page', 250, '--check-seconds', 45]
        : []),
    ])
    go('muc', [
      'muc',
      '--members',
      50,
      '--senders',
      5,
      '--window',
      2,
      '--seconds',
      Math.ceil(secs * 0.5),
      '--drain',
      20,
      ...(i === 0 ? ['--check-archive', '--page', 250, '--check-seconds', 45] : []),
    ])
    go('mam', [
      'mam',
      '--queriers',
      4,
      '--page',
      50,
      '--user-offset',
      1000,
      '--seconds',
      Math.ceil(secs * 0.4),
      '--warmup',
      1,
    ])
    go('login', ['login', '--concurrency', 20, '--seconds', Math.ceil(secs * 0.4), '--warmup', 1])
  }
  for (let i = 0; i < +(o.idleRuns ?? 1); i++) {
    if (!only || only.includes('idle')) restart()
    go('idle', ['idle', '--conns', o.idle ?? 2000, '--seconds', 5])
  }
}

function table() {
  const rows = fs
      .readFileSync(o.out, 'utf8')
      .trim()
      .split('\n')
      .map((l) => JSON.parse(l)),
    labels = [...new Set(rows.map((r) => r.label))]
  const m = (l, n, k, d = 1) => {
    const v = med(rows.filter((r) => r.label === l && r.name === n && !r.error).map((r) => r[k]))
    return v === null ? '–' : (+v.toFixed(d)).toLocaleString('en-US', { maximumFractionDigits: d })
  }
  const range = (l, n, k) => {
    const a = rows.filter((r) => r.label === l && r.name === n && !r.error).map((r) => r[k])
    return a.length ? ` (${Math.round(Math.min(...a))}–${Math.round(Math.max(...a))})` : ''
  }
  console.log(
    "| server, storage | chat msgs/s (range) | p50 / p99 ms (200 in flight) | p50 / p99 ms (5 in flight) | server CPU-s per 1000 msgs | MUC deliveries/s | logins/s | MAM pages/s | idle RSS kB/conn (PSS) | others' CPU % |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
  )
  for (const l of labels)
    console.log(
      `| ${l} | ${m(l, 'chat', 'msgs_per_s', 0)}${range(l, 'chat', 'msgs_per_s')} | ${m(l, 'chat', 'p50_ms', 0)} / ${m(l, 'chat', 'p99_ms', 0)} | ${m(l, 'light', 'p50_ms')} / ${m(l, 'light', 'p99_ms')} | ${m(l, 'chat', 'server_cpu_s_per_1000', 2)} | ${m(l, 'muc', 'deliveries_per_s', 0)} | ${m(l, 'login', 'logins_per_s', 0)} | ${m(l, 'mam', 'pages_per_s', 0)} | ${m(l, 'idle', 'rss_per_conn_kb', 0)} (${m(l, 'idle', 'pss_per_conn_kb', 0)}) | ${m(l, 'chat', 'other_cpu_pct', 0)} |`,
    )
  const bad = rows.filter(
    (r) =>
      r.error ||
      r.lost ||
      r.duplicated ||
      r.errors ||
      r.generator_bound ||
      r.failed ||
      r.dropped ||
      r.archive?.missing ||
      r.archive?.missingRecipient ||
      r.archive?.missingSender ||
      r.archive?.unfinished,
  )
  console.log(`\nruns: ${rows.length}; runs with anything unusual: ${bad.length}`)
  for (const r of bad)
    console.log(
      `- ${r.label} ${r.name}: ${JSON.stringify({ error: r.error, lost: r.lost, dup: r.duplicated, errors: r.errors, failed: r.failed, dropped: r.dropped, gen: r.generator_bound, archive: r.archive })}`,
    )
}
