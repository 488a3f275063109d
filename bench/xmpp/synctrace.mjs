#!/usr/bin/env node
// Does the server fsync its archive BEFORE it delivers? Attaches strace to the server (and its database), sends messages one at a
// time from user 0 to user 1, and looks at the order of system calls for each message. Needs strace and the right to ptrace.
//   node synctrace.mjs --pidfile F[,G] --port 5222 --domain D [--count 10] [--gap-ms 400] [--host 127.0.0.1] [--user-prefix u --pass pw] [--label TEXT] [--out FILE]
// Last output line: one JSON object.
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { Client, sleep, token, parseToken, PAD, args, readPids, procTree } from './xmpp-lib.mjs'
const o = args(process.argv.slice(2), ['help'])
if (o.help || !o.port || !(o.pid || o.pidfile)) {
  console.log(fs.readFileSync(process.argv[1], 'utf8').split('\n').slice(1, 5).join('\n'))
  process.exit(2)
}
o.host ??= '127.0.0.1'
o.domain ??= 'localhost'
o.userPrefix ??= 'u'
o.pass ??= 'pw'
const count = +(o.count ?? 10),
  gap = +(o.gapMs ?? 400),
  run = 's' + Date.now().toString(36),
  tk = [0, 0]
const mk = (i) =>
  new Client({
    host: o.host,
    port: +o.port,
    domain: o.domain,
    user: `${o.userPrefix}${i}`,
    pass: o.pass,
    resource: 'trace',
  })
const a = await mk(0).connect(),
  b = await mk(1).connect()
await a.online()
await b.online()
const rport = b.sock.localPort,
  file = path.join(os.tmpdir(), `synctrace-${process.pid}.txt`)
let got = () => {}
b.onStanza = (s) => {
  if (parseToken(s, run, tk)) got(tk[1])
}
const pids = procTree(readPids(o))
const st = spawn(
  'strace',
  [
    '-f',
    '-ttt',
    '-T',
    '-yy',
    '-s',
    '4096',
    '-o',
    file,
    '-e',
    'trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,pwritev,fsync,fdatasync,msync,sync_file_range,io_uring_enter',
    ...pids.flatMap((p) => ['-p', String(p)]),
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
)
let err = ''
st.stderr.on('data', (d) => {
  err += d
})
await sleep(2500)
const send = async (q) => {
  const p = new Promise((r) => {
    got = (n) => n === q && r(true)
  })
  a.send(
    `<message to='${b.bare}' type='chat' id='${run}-${q}'><body>${(token(run, 0, q) + PAD).slice(0, 100)}</body></message>`,
  )
  return Promise.race([p, sleep(10000)])
}
let delivered = 0
for (let q = 0; q < count; q++) {
  if (await send(q)) delivered++
  await sleep(gap)
}
st.kill('SIGINT')
await new Promise((r) => st.once('exit', r))
await a.close()
await b.close()
const lines = fs.readFileSync(file, 'utf8').split('\n')
fs.rmSync(file)
const syncs = [],
  files = [],
  io = [] // io: network lines with tokens
for (const l of lines) {
  const m = /^(\d+)\s+(\d+\.\d+)\s+(?:<\.\.\. )?(\w+)/.exec(l)
  if (!m) continue
  const t = +m[2],
    call = m[3],
    dur = +(/<(\d+\.\d+)>$/.exec(l)?.[1] ?? 0),
    unfinished = l.endsWith('<unfinished ...>'),
    resumed = l.includes('resumed>')
  if (/^(fsync|fdatasync|msync)$/.test(call)) {
    if (!unfinished) syncs.push(resumed ? t : t + dur)
    continue
  }
  const k = l.indexOf('~B' + run + '.0.')
  if (/^(write|writev|pwrite64|pwritev)$/.test(call) && /^\d+\s+\S+\s+\w+\(\d+<\//.test(l)) {
    files.push(t)
    continue
  }
  if (k >= 0) io.push({ t, call, l, end: t + dur })
}
const per = []
for (let q = 0; q < count; q++) {
  const tag = token(run, 0, q),
    mine = io.filter((x) => x.l.includes(tag))
  const tin =
      mine.find(
        (x) => /^(read|readv|recvfrom|recvmsg)$/.test(x.call) && x.l.includes(`:${o.port}->`),
      ) ?? mine[0],
    out = mine.find(
      (x) =>
        /^(write|writev|sendto|sendmsg)$/.test(x.call) && x.l.includes(`->${o.host}:${rport}]`),
    )
  if (!tin || !out) {
    per.push(null)
    continue
  }
  const next =
    q + 1 < count ? (io.find((x) => x.l.includes(token(run, 0, q + 1)))?.t ?? Infinity) : Infinity
  per.push({
    before: syncs.filter((t) => t > tin.t && t <= out.t).length,
    after: syncs.filter((t) => t > out.t && t < next).length,
    file_writes_before: files.filter((t) => t > tin.t && t <= out.t).length,
  })
}
const ok = per.filter(Boolean)
const out = {
  label: o.label,
  delivered,
  analysed: ok.length,
  fsync_before_delivery: ok.filter((p) => p.before > 0).length,
  no_fsync_before_delivery: ok.filter((p) => p.before === 0).length,
  fsync_only_after: ok.filter((p) => p.before === 0 && p.after > 0).length,
  fsyncs_before: ok.map((p) => p.before),
  fsyncs_after: ok.map((p) => p.after),
  file_writes_before: ok.map((p) => p.file_writes_before),
  strace_error: ok.length ? undefined : err.slice(0, 300),
}
if (o.out) fs.appendFileSync(o.out, JSON.stringify(out) + '\n')
console.log(JSON.stringify(out))
process.exit(0)
