#!/usr/bin/env node
// XMPP c2s load generator. See usage() below. Plain Node 20, no dependencies.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import { performance } from 'node:perf_hooks'
import net from 'node:net'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  Client,
  Framer,
  pool,
  sleep,
  token,
  parseToken,
  Seen,
  PAD,
  quant,
  sample,
  system,
  readPids,
  args,
  attr,
} from './xmpp-lib.mjs'

const SELF = fileURLToPath(import.meta.url)
const usage = () => {
  console.log(`usage: node load.mjs <scenario> [options]        (last output line is one JSON object)
scenarios
  chat      --pairs N --window W --seconds S   closed loop: a message counts when the recipient's copy arrives
  muc       --members M --senders K --window W  one room; a message counts when all M copies arrived
  idle      --conns C                           open C sessions, report server memory per session (needs --pid/--pidfile)
  mam       --queriers Q --page P               page through own archives with RSM, pages/s
  login     --concurrency L                     connect + SASL + bind, logins/s
  selftest                                      chat against a built-in blind router: what the generator itself can do
options (defaults)
  --host 127.0.0.1 --port 5222 --domain localhost --users 200 --user-prefix u --pass pw
  --seconds 15 --warmup 2 --body 100 --workers 1 --tls --mech PLAIN|SCRAM-SHA-1|SCRAM-SHA-256 --to bare|full
  --muc-service conference.<domain> --room <name>
  --pid 1,2 / --pidfile f,g    server processes to account for (children included)
  --check-archive              after chat/muc compare the archives with what was received
  --check-pairs 10             how many pairs to check (chat)      --check-seconds 90   bound on the check
  --count N                    chat: stop once every pair has delivered N messages (within --seconds)
  --drain 10                   seconds to wait for outstanding copies before counting them lost
  --user-offset 0              first user number to use`)
}

const FLAGS = ['tls', 'checkArchive', 'check-archive', 'help', 'no-presence', 'verbose']
const o = isMainThread ? args(process.argv.slice(2), FLAGS) : workerData.o
const num = (k, d) => (o[k] = o[k] === undefined ? d : Number(o[k]))
if (isMainThread) {
  o.scenario = o._[0]
  if (!o.scenario || o.help) {
    usage()
    process.exit(o.help ? 0 : 2)
  }
  o.host ??= '127.0.0.1'
  o.domain ??= 'localhost'
  o.userPrefix ??= 'u'
  o.pass ??= 'pw'
  o.to ??= 'bare'
  num('port', 5222)
  num('users', 200)
  num('pairs', 20)
  num('window', 10)
  num('seconds', 15)
  num('warmup', 2)
  num('workers', 1)
  num('body', 100)
  num('members', 50)
  num('senders', 5)
  num('conns', 2000)
  num('queriers', 4)
  num('page', 50)
  num('concurrency', 20)
  num('checkPairs', 10)
  num('checkSeconds', 90)
  num('drain', 10)
  num('userOffset', 0)
  num('count', Infinity)
  num('connectConcurrency', 20)
  o.run ??= Date.now().toString(36) + Math.floor(Math.random() * 1296).toString(36)
  o.mucService ??= `conference.${o.domain}`
  o.room ??= 'bench' + o.run
}
const mk = (i, res) =>
  new Client({
    host: o.host,
    port: o.port,
    domain: o.domain,
    user: `${o.userPrefix}${(i % o.users) + o.userOffset}`,
    pass: o.pass,
    resource: res,
    tls: o.tls,
    mech: o.mech,
  })
const fill = (n) => PAD.repeat(Math.ceil(n / PAD.length))
const bodyOf = (t) => t + filler.slice(0, Math.max(0, o.body - t.length))
const filler = fill(o.body)
const now = () => performance.now()

// ================================================================= worker side
class Lat {
  constructor() {
    this.a = []
  }
  add(v) {
    if (this.a.length < 3e6) this.a.push(v)
  }
}
function phases() {
  // resolves as the main thread moves on
  const w = {}
  const p = (n) =>
    new Promise((r) => {
      w[n] = r
    })
  const out = { go: p('go'), measure: p('measure'), stop: p('stop'), check: p('check') }
  parentPort.on('message', (m) => w[m]?.(now()))
  return out
}
const post = (m) => parentPort.postMessage(m)
function eluMeter() {
  let e
  return {
    start() {
      e = performance.eventLoopUtilization()
    },
    end() {
      return performance.eventLoopUtilization(e).utilization
    },
  }
}

async function wChat() {
  const ph = phases(),
    W = o.window,
    mine = []
  for (let p = workerData.shard; p < o.pairs; p += o.workers) mine.push(p)
  if (o.pairs * 2 > o.users) throw new Error(`--pairs ${o.pairs} needs --users >= ${o.pairs * 2}`)
  const S = new Map()
  let down = 0
  await pool(mine.length, o.connectConcurrency, async (k) => {
    const p = mine[k],
      a = await mk(2 * p, 'bench').connect(),
      b = await mk(2 * p + 1, 'bench').connect()
    await a.online()
    await b.online()
    const st = {
      p,
      a,
      b,
      next: 0,
      done: 0,
      errors: 0,
      ts: new Float64Array(1 << Math.ceil(Math.log2(W * 8 + 64))),
      seen: new Seen(),
    }
    a.onDown = b.onDown = () => {
      down++
    }
    S.set(p, st)
  })
  let running = false,
    measuring = false,
    delivered = 0,
    sent = 0,
    errors = 0,
    finished = 0
  const lat = new Lat(),
    tk = [0, 0],
    elu = eluMeter()
  const sendOne = (st) => {
    if (st.next >= o.count) {
      if (!st.fin && st.seen.n >= o.count && (st.fin = true) && ++finished === S.size)
        post({ done: 1 })
      return
    }
    const q = st.next++
    st.ts[q & (st.ts.length - 1)] = now()
    sent++
    st.a.send(
      `<message to='${o.to === 'full' ? st.b.jid : st.b.bare}' type='chat' id='${o.run}-${st.p}-${q}'><body>${bodyOf(token(o.run, st.p, q))}</body></message>`,
    )
  }
  for (const st of S.values()) {
    st.b.onStanza = (s) => {
      if (s.charCodeAt(1) !== 109 || !parseToken(s, o.run, tk) || tk[0] !== st.p) return
      const q = tk[1]
      if (!st.seen.add(q)) return
      st.done++
      if (measuring) {
        delivered++
        lat.add(now() - st.ts[q & (st.ts.length - 1)])
      }
      if (running) sendOne(st)
    }
    st.a.onStanza = (s) => {
      if (s.charCodeAt(1) === 109 && /^<message[^>]*type=['"]error['"]/.test(s)) {
        errors++
        st.errors++
        if (errors <= 3) post({ warn: s.slice(0, 500) })
        if (running) setTimeout(() => running && sendOne(st), 50)
      }
    }
  }
  const started = new Date(Date.now() - 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  post({ ready: S.size })
  await ph.go
  running = true
  for (const st of S.values()) for (let i = 0; i < W; i++) sendOne(st)
  const t0 = await ph.measure
  measuring = true
  elu.start()
  const t1 = await ph.stop
  measuring = false
  running = false
  const util = elu.end()
  const end = Date.now() + o.drain * 1000
  const outstanding = () => {
    let x = 0
    for (const st of S.values()) x += st.next - st.seen.n - st.errors
    return x
  }
  while (outstanding() > 0 && Date.now() < end && down === 0) await sleep(50)
  await sleep(300) // late duplicates
  let dup = 0,
    got = 0
  for (const st of S.values()) {
    dup += st.seen.dup
    got += st.seen.n
  }
  const r = {
    sent,
    got,
    delivered,
    secs: (t1 - t0) / 1000,
    errors,
    dup,
    lost: sent - got - errors,
    down,
    util,
    lat: lat.a,
    check: null,
  }
  if (o.checkArchive) {
    const dl = Date.now() + o.checkSeconds * 1000,
      todo = [...S.values()].slice(0, Math.max(1, Math.ceil(o.checkPairs / o.workers)))
    const c = {
      pairs: todo.length,
      received: 0,
      missingRecipient: 0,
      missingSender: 0,
      archiveDup: 0,
      unfinished: 0,
      pages: 0,
      items: 0,
      ms: 0,
    }
    const ta = now()
    for (const st of todo) {
      c.received += st.seen.n
      for (const [who, key] of [
        [st.b, 'missingRecipient'],
        [st.a, 'missingSender'],
      ]) {
        const ar = new Seen(),
          k = [0, 0]
        const w = await who.mamWalk(
          { start: started, max: o.page },
          (s) => {
            if (parseToken(s, o.run, k) && k[0] === st.p) ar.add(k[1])
          },
          dl,
        )
        c.pages += w.pages
        c.items += w.items
        c.archiveDup += ar.dup
        if (!w.complete) {
          c.unfinished++
          continue
        }
        for (let q = 0; q <= st.seen.max; q++) if (st.seen.has(q) && !ar.has(q)) c[key]++
      }
    }
    c.ms = Math.round(now() - ta)
    r.check = c
  }
  post({ result: r })
  await Promise.all([...S.values()].flatMap((st) => [st.a.close(), st.b.close()]))
}

async function wMuc() {
  const ph = phases(),
    M = o.members,
    K = Math.min(o.senders, M),
    W = o.window,
    room = `${o.room}@${o.mucService}`
  if (M > o.users) throw new Error('--members needs at least as many --users')
  const C = new Array(M)
  C[0] = await mk(0, 'muc').connect()
  await C[0].online()
  await C[0].instantRoom(room, 'n0')
  await pool(M - 1, 10, async (k) => {
    const i = k + 1
    C[i] = await mk(i, 'muc').connect()
    await C[i].online()
    await C[i].instantRoom(room, `n${i}`)
  })
  const S = Array.from({ length: K }, (_, p) => ({
    p,
    next: 0,
    ts: new Float64Array(1 << Math.ceil(Math.log2(W * 8 + 64))),
    left: new Map(),
  }))
  const seen = Array.from({ length: M }, () => Array.from({ length: K }, () => new Seen()))
  let running = false,
    measuring = false,
    deliveries = 0,
    messages = 0,
    sent = 0,
    errors = 0,
    down = 0
  const lat = new Lat(),
    tk = [0, 0],
    elu = eluMeter()
  const sendOne = (st) => {
    const q = st.next++
    st.ts[q & (st.ts.length - 1)] = now()
    st.left.set(q, M)
    sent++
    C[st.p].send(
      `<message to='${room}' type='groupchat' id='${o.run}-${st.p}-${q}'><body>${bodyOf(token(o.run, st.p, q))}</body></message>`,
    )
  }
  for (let i = 0; i < M; i++) {
    C[i].onDown = () => {
      down++
    }
    C[i].onStanza = (s) => {
      if (s.charCodeAt(1) !== 109) return
      if (/^<message[^>]*type=['"]error['"]/.test(s)) {
        errors++
        if (errors <= 3) post({ warn: s.slice(0, 500) })
        return
      }
      if (!parseToken(s, o.run, tk)) return
      const p = tk[0],
        q = tk[1]
      if (!seen[i][p].add(q)) return
      const st = S[p]
      if (measuring) {
        deliveries++
        lat.add(now() - st.ts[q & (st.ts.length - 1)])
      }
      const l = st.left.get(q) - 1
      if (l > 0) st.left.set(q, l)
      else {
        st.left.delete(q)
        if (measuring) messages++
        if (running) sendOne(st)
      }
    }
  }
  const started = new Date(Date.now() - 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  post({ ready: M })
  await ph.go
  running = true
  for (const st of S) for (let i = 0; i < W; i++) sendOne(st)
  const t0 = await ph.measure
  measuring = true
  elu.start()
  const t1 = await ph.stop
  measuring = false
  running = false
  const util = elu.end()
  const end = Date.now() + o.drain * 1000
  while (S.some((s) => s.left.size) && Date.now() < end && down === 0) await sleep(50)
  await sleep(300)
  let got = 0,
    dup = 0
  for (const a of seen)
    for (const s of a) {
      got += s.n
      dup += s.dup
    }
  const r = {
    sent,
    got,
    delivered: deliveries,
    messages,
    secs: (t1 - t0) / 1000,
    errors,
    dup,
    lost: sent * M - got,
    down,
    util,
    lat: lat.a,
    check: null,
  }
  if (o.checkArchive) {
    const c = {
        received: 0,
        missing: 0,
        archiveDup: 0,
        pages: 0,
        items: 0,
        ms: 0,
        unfinished: 0,
        error: null,
      },
      ta = now(),
      ar = S.map(() => new Seen()),
      k = [0, 0]
    try {
      const w = await C[0].mamWalk(
        { to: room, start: started, max: o.page },
        (s) => {
          if (parseToken(s, o.run, k)) ar[k[0]].add(k[1])
        },
        Date.now() + o.checkSeconds * 1000,
      )
      c.pages = w.pages
      c.items = w.items
      c.unfinished = w.complete ? 0 : 1
      for (const st of S)
        for (let q = 0; q < st.next; q++)
          if (seen.some((x) => x[st.p].has(q))) {
            c.received++
            if (!ar[st.p].has(q)) c.missing++
          }
      c.archiveDup = ar.reduce((x, s) => x + s.dup, 0)
    } catch (e) {
      c.error = String(e.message).slice(0, 300)
    }
    c.ms = Math.round(now() - ta)
    r.check = c
  }
  post({ result: r })
  await Promise.all(C.map((c) => c.close()))
}

async function wIdle() {
  const ph = phases()
  const n = Math.floor(o.conns / o.workers) + (workerData.shard < o.conns % o.workers ? 1 : 0),
    C = []
  let fail = 0,
    down = 0
  const elu = eluMeter()
  post({ ready: 0 })
  await ph.go
  elu.start()
  const t0 = now()
  await pool(n, o.connectConcurrency, async (k) => {
    const i = k * o.workers + workerData.shard
    try {
      const c = await mk(i, `idle${Math.floor(i / o.users)}`).connect()
      c.onDown = () => {
        down++
      }
      if (!o.noPresence) await c.online()
      C.push(c)
    } catch (e) {
      if (fail++ < 3) post({ warn: String(e.message) })
    }
  })
  const secs = (now() - t0) / 1000,
    util = elu.end()
  post({ opened: C.length })
  await ph.stop
  post({ result: { opened: C.length, fail, down, secs, util, lat: [] } })
  if (C.length > 500) {
    for (const c of C) {
      c.onDown = null
      c.sock.destroy()
    }
  } else await Promise.all(C.map((c) => c.close()))
}

async function wLogin() {
  const ph = phases(),
    elu = eluMeter(),
    lat = new Lat()
  let running = true,
    measuring = false,
    ok = 0,
    fail = 0,
    u = workerData.shard
  post({ ready: 0 })
  await ph.go
  const loops = Array.from(
    { length: Math.max(1, Math.round(o.concurrency / o.workers)) },
    async () => {
      while (running) {
        const i = u
        u += o.workers
        const t = now()
        try {
          const c = await mk(i, 'l' + (i % 7)).connect()
          if (measuring) {
            ok++
            lat.add(now() - t)
          }
          await c.close()
        } catch (e) {
          if (fail++ < 3) post({ warn: String(e.message) })
          await sleep(20)
        }
      }
    },
  )
  const t0 = await ph.measure
  measuring = true
  elu.start()
  const t1 = await ph.stop
  measuring = false
  running = false
  const util = elu.end()
  await Promise.all(loops)
  post({ result: { ok, fail, secs: (t1 - t0) / 1000, util, lat: lat.a } })
}

async function wMam() {
  const ph = phases(),
    elu = eluMeter(),
    lat = new Lat(),
    C = []
  let running = true,
    measuring = false,
    pages = 0,
    items = 0,
    walks = 0
  for (let i = workerData.shard; i < o.queriers; i += o.workers) {
    const c = await mk(i, 'mam').connect()
    C.push(c)
  }
  post({ ready: C.length })
  await ph.go
  const loops = C.map(async (c) => {
    while (running) {
      let after = null
      while (running) {
        const t = now(),
          p = await c.mamPage({ after, max: o.page })
        if (measuring) {
          pages++
          items += p.items.length
          lat.add(now() - t)
        }
        const last = p.last ?? p.items.at(-1)?.id ?? null
        if (p.complete || !p.items.length || last === null || last === after) {
          walks++
          if (!p.items.length && after === null) await sleep(5)
          break
        }
        after = last
      }
    }
  })
  const t0 = await ph.measure
  measuring = true
  elu.start()
  const t1 = await ph.stop
  measuring = false
  running = false
  const util = elu.end()
  await Promise.all(loops)
  post({ result: { pages, items, walks, secs: (t1 - t0) / 1000, util, lat: lat.a } })
  await Promise.all(C.map((c) => c.close()))
}

// ================================================================= a blind router: answers the minimum, archives nothing
function router() {
  const by = new Map(),
    dirty = new Set()
  let sched = false
  const srv = net.createServer((s) => {
    s.setNoDelay(true)
    let step = 0,
      user = null,
      out = ''
    const self = {
      push(x) {
        out += x
        if (!dirty.has(self)) {
          dirty.add(self)
          if (!sched) {
            sched = true
            setImmediate(() => {
              sched = false
              for (const d of dirty) d.flush()
              dirty.clear()
            })
          }
        }
      },
      flush() {
        if (out && !s.destroyed) {
          s.write(out, 'latin1')
        }
        out = ''
      },
    }
    const f = new Framer(
      (b, a, e) => {
        if (b[a + 1] === 109) {
          // route on the bare JID in to=''
          const str = b.latin1Slice(a, e),
            k = str.indexOf("to='") + 4
          let z = k
          while (str.charCodeAt(z) !== 64) z++
          by.get(str.slice(k, z))?.push(
            `<message xmlns='jabber:client' from='${user}@localhost/bench' ` + str.slice(9),
          )
          return
        }
        const str = b.latin1Slice(a, e)
        if (str.startsWith('<auth')) {
          user = Buffer.from(/>([^<]+)</.exec(str)[1], 'base64')
            .toString()
            .split('\0')[1]
          step = 1
          self.push(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
          f.reset()
          return
        }
        if (str.startsWith('<iq')) {
          const id = attr(str.slice(0, str.indexOf('>') + 1), 'id')
          if (str.includes('xmpp-bind')) {
            by.set(user, self)
            self.push(
              `<iq type='result' id='${id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>${user}@localhost/bench</jid></bind></iq>`,
            )
          } else self.push(`<iq type='result' id='${id}'/>`)
        }
      },
      () => {
        self.push(
          `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='x' version='1.0'><stream:features>${step ? `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>` : `<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms>`}</stream:features>`,
        )
      },
      () => s.end(),
    )
    s.on('data', (d) => f.feed(d))
    s.on('error', () => {})
    s.on('close', () => {
      dirty.delete(self)
      if (by.get(user) === self) by.delete(user)
    })
  })
  srv.listen(0, '127.0.0.1', () => console.log(srv.address().port))
  process.stdin.on('end', () => process.exit(0)).resume()
}

// ================================================================= main side
async function main() {
  if (o.scenario === '_router') return router()
  let child = null,
    label = o.scenario
  if (o.scenario === 'selftest') {
    child = spawn(process.execPath, [SELF, '_router'], { stdio: ['pipe', 'pipe', 'inherit'] })
    o.port = await new Promise((r) => child.stdout.once('data', (d) => r(+d)))
    o.host = '127.0.0.1'
    o.domain = 'localhost'
    o.scenario = 'chat'
    o.pid = child.pid
    o.users = Math.max(o.users, o.pairs * 2)
    o.checkArchive = false
    o.userOffset = 0
  }
  if (o.scenario === 'muc') o.workers = 1
  const roots = readPids(o),
    base = roots.length ? sample(roots) : null
  const ws = [],
    results = []
  const wait = {}
  const sig = (n) =>
    (wait[n] ??= (() => {
      let r
      const p = new Promise((x) => {
        r = x
      })
      return { p, r, c: 0 }
    })())
  let opened = 0,
    failed = null,
    done = 0
  for (let i = 0; i < o.workers; i++) {
    const w = new Worker(SELF, { workerData: { o, shard: i } })
    ws.push(w)
    w.on('message', (m) => {
      if ('ready' in m) {
        if (++sig('ready').c === o.workers) sig('ready').r()
      }
      if ('opened' in m) {
        opened += m.opened
        if (++sig('opened').c === o.workers) sig('opened').r()
      }
      if (m.done) done++
      if (m.warn) console.error('warn:', m.warn)
      if (m.result) {
        results.push(m.result)
        if (++sig('result').c === o.workers) sig('result').r()
      }
    })
    w.on('error', (e) => {
      failed = e
      console.error('worker failed:', e.stack ?? e)
      for (const k of ['ready', 'opened', 'result']) sig(k).r()
    })
  }
  const all = (m) => ws.forEach((w) => w.postMessage(m)),
    bail = () => {
      if (failed) {
        console.log(JSON.stringify({ scenario: label, error: String(failed.message ?? failed) }))
        child?.kill()
        process.exit(1)
      }
    }
  await sig('ready').p
  bail()
  const out = { scenario: label, domain: o.domain, port: o.port, tls: !!o.tls, workers: o.workers }
  const r2 = (x, d = 2) => (x === null || x === undefined ? null : +x.toFixed(d))
  if (o.scenario === 'idle') {
    const s0 = roots.length ? sample(roots) : null,
      c0 = process.cpuUsage()
    all('go')
    await sig('opened').p
    bail()
    const c1 = process.cpuUsage(c0)
    await sleep(o.seconds * 1000)
    const s1 = roots.length ? sample(roots) : null
    await sleep(5000)
    const s2 = roots.length ? sample(roots) : null // CPU while doing nothing
    all('stop')
    await sig('result').p
    const secs = Math.max(...results.map((r) => r.secs))
    Object.assign(out, {
      conns: opened,
      failed: results.reduce((a, r) => a + r.fail, 0),
      dropped: results.reduce((a, r) => a + r.down, 0),
      open_seconds: r2(secs),
      opened_per_s: r2(opened / secs, 1),
      settle_seconds: o.seconds,
    })
    if (s0)
      Object.assign(out, {
        rss_before_mb: r2(s0.rss / 1048576),
        rss_after_mb: r2(s1.rss / 1048576),
        rss_per_conn_kb: r2((s1.rss - s0.rss) / 1024 / opened),
        pss_per_conn_kb: r2((s1.pss - s0.pss) / 1024 / opened),
        server_cpu_idle_pct: r2(((s2.cpu - s1.cpu) / 5) * 100),
      })
    out.gen_cpu_s = r2((c1.user + c1.system) / 1e6)
  } else {
    all('go')
    await sleep(o.warmup * 1000)
    bail()
    all('measure')
    const s0 = roots.length ? sample(roots) : null,
      c0 = process.cpuUsage(),
      t0 = now(),
      y0 = system()
    let peak = s0?.rss ?? 0
    const end = t0 + o.seconds * 1000
    while (now() < end && !failed && done < o.workers) {
      await sleep(Math.min(o.count < Infinity ? 100 : 1000, Math.max(1, end - now())))
      if (roots.length) peak = Math.max(peak, sample(roots).rss)
    }
    all('stop')
    const s1 = roots.length ? sample(roots) : null,
      c1 = process.cpuUsage(c0),
      secs = (now() - t0) / 1000,
      y1 = system()
    await sig('result').p
    bail()
    const sum = (k) => results.reduce((a, r) => a + (r[k] ?? 0), 0),
      lat = Float64Array.from(results.flatMap((r) => r.lat)).sort()
    const util = Math.max(...results.map((r) => r.util)),
      gen = (c1.user + c1.system) / 1e6
    const L = {
      p50_ms: r2(quant(lat, 0.5)),
      p95_ms: r2(quant(lat, 0.95)),
      p99_ms: r2(quant(lat, 0.99)),
      max_ms: r2(lat.at(-1) ?? null),
    }
    let unit = 0
    if (o.scenario === 'chat') {
      unit = sum('delivered')
      Object.assign(out, {
        pairs: o.pairs,
        window: o.window,
        body: o.body,
        seconds: r2(secs),
        msgs_per_s: r2(unit / secs, 1),
        ...L,
        sent: sum('sent'),
        received: sum('got'),
        lost: sum('lost'),
        duplicated: sum('dup'),
        errors: sum('errors'),
        disconnects: sum('down'),
      })
    } else if (o.scenario === 'muc') {
      unit = sum('messages')
      Object.assign(out, {
        members: o.members,
        senders: o.senders,
        window: o.window,
        seconds: r2(secs),
        deliveries_per_s: r2(sum('delivered') / secs, 1),
        msgs_per_s: r2(unit / secs, 1),
        ...L,
        sent: sum('sent'),
        received: sum('got'),
        lost: sum('lost'),
        duplicated: sum('dup'),
        errors: sum('errors'),
        disconnects: sum('down'),
      })
    } else if (o.scenario === 'login') {
      unit = sum('ok')
      Object.assign(out, {
        concurrency: o.concurrency,
        mech: o.mech ?? 'auto',
        seconds: r2(secs),
        logins_per_s: r2(unit / secs, 1),
        ...L,
        failed: sum('fail'),
      })
    } else if (o.scenario === 'mam') {
      unit = sum('pages')
      Object.assign(out, {
        queriers: o.queriers,
        page: o.page,
        seconds: r2(secs),
        pages_per_s: r2(unit / secs, 1),
        items_per_s: r2(sum('items') / secs, 1),
        items_per_page: r2(sum('items') / Math.max(1, unit), 1),
        full_walks: sum('walks'),
        ...L,
      })
    }
    if (s0)
      Object.assign(out, {
        server_cpu_s: r2(s1.cpu - s0.cpu),
        server_cpu_pct: r2(((s1.cpu - s0.cpu) / secs) * 100, 1),
        server_cpu_s_per_1000: unit ? r2(((s1.cpu - s0.cpu) / unit) * 1000, 4) : null,
        server_rss_mb: r2(s1.rss / 1048576),
        server_peak_rss_mb: r2(peak / 1048576),
      })
    Object.assign(out, {
      gen_cpu_pct: r2((gen / secs) * 100, 1),
      gen_loop_util: r2(util, 3),
      generator_bound: util > 0.9,
      other_cpu_pct: s0
        ? r2(((y1.busy - y0.busy - (s1.cpu - s0.cpu) - gen) / secs) * 100, 1)
        : null,
      steal_pct: r2(((y1.steal - y0.steal) / secs) * 100, 1),
    })
    if (o.checkArchive && results.some((r) => r.check))
      out.archive = results
        .map((r) => r.check)
        .filter(Boolean)
        .reduce((a, c) => {
          for (const k in c)
            a[k] = typeof c[k] === 'number' ? (a[k] ?? 0) + c[k] : (c[k] ?? a[k] ?? null)
          return a
        }, {})
  }
  console.log(JSON.stringify(out))
  await Promise.race([
    Promise.all(ws.map((w) => new Promise((r) => w.once('exit', r)))),
    sleep(4000),
  ])
  child?.kill()
  process.exit(0)
}

if (isMainThread)
  main().catch((e) => {
    console.error(e)
    console.log(JSON.stringify({ scenario: o.scenario, error: String(e.message ?? e) }))
    process.exit(1)
  })
else {
  const f = { chat: wChat, muc: wMuc, idle: wIdle, login: wLogin, mam: wMam }[o.scenario]
  if (!f) throw new Error(`unknown scenario ${o.scenario}`)
  f().then(
    () => {
      parentPort.close()
    },
    (e) => {
      setImmediate(() => {
        throw e
      })
    },
  )
}
