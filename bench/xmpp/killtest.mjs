#!/usr/bin/env node
// Crash test for any XMPP server: load it, kill -9 it at a random moment, restart it, and count the messages that
// recipients RECEIVED but that the archive (XEP-0313) does not have. Plain Node 20, no dependencies.
//   node killtest.mjs --start CMD --pidfile F[,G] --port 5222 --domain D [--rounds 5] [--pairs 10 --window 5] [--muc 10]
//        [--min-ms 1500 --max-ms 5000] [--crash CMD] [--recover CMD] [--verify CMD] [--users 200 --user-prefix u --pass pw] [--host 127.0.0.1]
//        [--lock FILE] [--label TEXT] [--out FILE]
//  --start    shell command that starts the server on its existing data and returns (or keeps running in the background);
//             it must leave the pid to kill in --pidfile. Used for the first start too if nothing listens yet.
//  --pidfile  every process listed there, and its descendants, gets SIGKILL
//  --crash    shell command run just before the SIGKILL, e.g. `crashfs.sh crash MNT` = power loss: unsynced data is gone
//  --recover  shell command run after the SIGKILL and before --start, e.g. `crashfs.sh recover IMG MNT`
//  --verify   shell command run after that, on what the kill left behind: a round in which it fails has failed
//  --muc N    also keep one room with N members busy, its owner changing name and members all the time, and check the room's archive, and
//             that what the owner was told is done is so afterwards (0 = off)
//  --db-pidfile F --db-start CMD [--db-down-ms 4000]   instead of killing the server: kill -9 its DATABASE, let the server and the
//             load run on without it, start the database again, and compare. Does the server deliver what it cannot archive?
//  --lock     hold this flock(1) file while a round runs
// A line of JSON for each round. sign_in_ms: from the SIGKILL until somebody has signed in again; what --recover and --verify take is not
// counted, and the server is started as soon as they are done. Last output line: one JSON object.
import fs from 'node:fs'
import net from 'node:net'
import { spawnSync, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  Client,
  pool,
  sleep,
  token,
  parseToken,
  Seen,
  PAD,
  args,
  readPids,
  procTree,
} from './xmpp-lib.mjs'

const o = args(process.argv.slice(2), ['help', 'verbose', '_locked'])
if (o.help || !o.start || !o.pidfile || !o.port) {
  console.log(
    fs
      .readFileSync(fileURLToPath(import.meta.url), 'utf8')
      .split('\n')
      .slice(1, 20)
      .map((l) => l.replace(/^\/\/ ?/, ''))
      .join('\n'),
  )
  process.exit(2)
}
const N = (k, d) => (o[k] = o[k] === undefined ? d : Number(o[k]))
o.host ??= '127.0.0.1'
o.domain ??= 'localhost'
o.userPrefix ??= 'u'
o.pass ??= 'pw'
o.mucService ??= `conference.${o.domain}`
o.label ??= `${o.domain}:${o.port}`
N('port', 5222)
N('rounds', 5)
N('pairs', 10)
N('window', 5)
N('minMs', 1500)
N('maxMs', 5000)
N('muc', 10)
N('users', 200)
N('dbDownMs', 4000)
N('readySeconds', 120)
if (o.pairs * 2 + o.muc > o.users) throw new Error('need more --users')
process.on('unhandledRejection', (e) => {
  console.error('unhandled:', e)
  process.exit(1)
})

const mk = (i, res) =>
  new Client({
    host: o.host,
    port: o.port,
    domain: o.domain,
    user: `${o.userPrefix}${i}`,
    pass: o.pass,
    resource: res,
    timeout: 15000,
    mech: o.mech,
  })
const sh = (c) => {
  const r = spawnSync('bash', ['-c', c], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (r.status !== 0) throw new Error(`command failed (${r.status}): ${c}`)
}
const timeOf = (c) => {
  const t = performance.now()
  sh(c)
  return Math.round(performance.now() - t)
}
const listening = () =>
  new Promise((r) => {
    const s = net.connect(o.port, o.host, () => {
      s.destroy()
      r(true)
    })
    s.on('error', () => r(false))
  })
async function start() {
  const p = spawn('bash', ['-c', o.start], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  })
  const exited = new Promise((r) => p.once('exit', r))
  let code
  exited.then((c) => {
    code = c
  })
  p.unref()
  const end = Date.now() + o.readySeconds * 1000
  while (Date.now() < end) {
    if (code) throw new Error(`start command failed with ${code}`)
    if (await listening())
      try {
        const c = await mk(0, 'probe').connect()
        await c.close()
        return
      } catch {
        /* not ready yet */
      }
    await sleep(20)
  }
  throw new Error('server did not come back')
}
let lockProc = null
const lock = async () => {
  if (!o.lock) return
  lockProc = spawn('flock', [o.lock, 'sh', '-c', 'echo ok; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await new Promise((r) => lockProc.stdout.once('data', r))
}
const unlock = async () => {
  if (!lockProc) return
  const p = new Promise((r) => lockProc.once('exit', r))
  lockProc.stdin.end()
  await p
  lockProc = null
}

async function round(n) {
  if (!(await listening())) await start()
  const run = Date.now().toString(36) + n,
    S = [],
    room = `crash${run}@${o.mucService}`,
    tk = [0, 0],
    R = o.pairs // R: pair number used for the room
  await pool(o.pairs, 10, async (p) => {
    const a = await mk(2 * p, 'kill').connect(),
      b = await mk(2 * p + 1, 'kill').connect()
    await a.online()
    await b.online()
    S[p] = { p, a, b, next: 0, seen: new Seen() }
  })
  const M = []
  const mseen = new Seen()
  let mnext = 0,
    running = false,
    down = 0
  for (let i = 0; i < o.muc; i++) {
    const c = await mk(2 * o.pairs + i, 'kill').connect()
    await c.online()
    await c.instantRoom(room, `n${i}`)
    M.push(c)
  }
  const ruled = { sent: -1, told: -1, members: new Map() }
  const body = (t) => (t + PAD).slice(0, 100)
  const send1 = (st) => {
    const q = st.next++
    st.a.send(
      `<message to='${st.b.bare}' type='chat' id='${run}-${st.p}-${q}'><body>${body(token(run, st.p, q))}</body></message>`,
    )
  }
  const sendM = () => {
    const q = mnext++
    M[0].send(
      `<message to='${room}' type='groupchat' id='${run}-m-${q}'><body>${body(token(run, R, q))}</body></message>`,
    )
  }
  for (const st of S)
    st.b.onStanza = (s) => {
      if (parseToken(s, run, tk) && tk[0] === st.p && st.seen.add(tk[1]) && running) send1(st)
    }
  M.forEach((c, i) => {
    c.onStanza = (s) => {
      if (s.startsWith('<message') && parseToken(s, run, tk) && tk[0] === R) {
        mseen.add(tk[1])
        if (i === 0 && running) sendM()
      }
    }
  })
  const clients = [...S.flatMap((s) => [s.a, s.b]), ...M]
  for (const c of clients)
    c.onDown = () => {
      down++
    }
  const since = new Date(Date.now() - 2000).toISOString().replace(/\.\d+Z$/, 'Z')
  running = true
  for (const st of S) for (let i = 0; i < o.window; i++) send1(st)
  if (M.length) for (let i = 0; i < o.window; i++) sendM()
  if (M.length) rule(M[0], { room, run, ruled, isRunning: () => running }).catch(() => {}) // ends with the server
  const killAfter = Math.round(o.minMs + Math.random() * (o.maxMs - o.minMs))
  await sleep(killAfter)
  // ---- crash
  let atCrash = null
  const got = () => S.reduce((x, st) => x + st.seen.n, 0) + mseen.n
  if (o.dbPidfile) {
    for (const v of procTree(readPids({ pidfile: o.dbPidfile })))
      try {
        process.kill(v, 'SIGKILL')
      } catch {
        /* already gone */
      }
    await sleep(100)
    atCrash = got()
    await sleep(o.dbDownMs)
    running = false
    const after = got() - atCrash
    sh(o.dbStart)
    await sleep(4000)
    atCrash = after
  }
  const victims = o.dbPidfile ? [] : procTree(readPids(o))
  if (!o.dbPidfile && !victims.length) throw new Error('nothing to kill: ' + o.pidfile)
  if (o.crash) {
    // freeze first, so that nothing is delivered between the simulated power loss and the kill
    for (const v of victims)
      try {
        process.kill(v, 'SIGSTOP')
      } catch {
        /* already gone */
      }
    await sleep(20)
    sh(o.crash)
  }
  const killed = performance.now()
  for (const v of victims)
    try {
      process.kill(v, 'SIGKILL')
    } catch {
      /* already gone */
    }
  running = false
  for (let i = 0; i < 500 && victims.some((v) => fs.existsSync(`/proc/${v}`)); i++) await sleep(10)
  const goneMs = performance.now() - killed
  for (let i = 0; i < 200 && !o.dbPidfile && down < clients.length; i++) await sleep(25) // whatever was already in our sockets counts as received
  await sleep(200)
  if (!o.dbPidfile) for (const c of clients) c.sock.destroy()
  if (o.recover) sh(o.recover)
  const verifyMs = o.verify ? timeOf(o.verify) : null
  const tr = performance.now()
  if (!o.dbPidfile) await start()
  const restartMs = Math.round(performance.now() - tr)
  // ---- compare
  const r = {
    round: n,
    kill_after_ms: killAfter,
    sent: 0,
    delivered: 0,
    missing_recipient_archive: 0,
    missing_sender_archive: 0,
    missing_both: 0,
    muc_delivered: 0,
    muc_missing: 0,
    muc_acts: 0,
    muc_acts_lost: 0,
    restart_ms: restartMs,
    ...(o.dbPidfile ? {} : { sign_in_ms: Math.round(goneMs + restartMs) }),
    ...(verifyMs === null ? {} : { verify_ms: verifyMs }),
    ...(o.dbPidfile ? { delivered_while_db_down: atCrash } : {}),
  }
  await pool(o.pairs, 4, async (p) => {
    const st = S[p],
      A = new Seen(),
      B = new Seen()
    r.sent += st.next
    r.delivered += st.seen.n
    for (const [i, set] of [
      [2 * p, A],
      [2 * p + 1, B],
    ]) {
      const c = await mk(i, 'check').connect(),
        k = [0, 0]
      await c.mamWalk({ start: since, max: 250 }, (s) => {
        if (parseToken(s, run, k) && k[0] === p) set.add(k[1])
      })
      await c.close()
    }
    for (let q = 0; q < st.next; q++)
      if (st.seen.has(q)) {
        const a = A.has(q),
          b = B.has(q)
        if (!b) r.missing_recipient_archive++
        if (!a) r.missing_sender_archive++
        if (!a && !b) r.missing_both++
      }
  })
  if (M.length) {
    r.muc_delivered = mseen.n // the room's members stay until here where the server lives on: an empty temporary room may take its archive with it
    const c = await mk(2 * o.pairs, 'check').connect(),
      k = [0, 0],
      ar = new Seen()
    try {
      await c.online()
      await c.instantRoom(room, o.dbPidfile ? 'check' : 'n0')
      await c.mamWalk({ to: room, start: since, max: 250 }, (s) => {
        if (parseToken(s, run, k) && k[0] === R) ar.add(k[1])
      })
      for (let q = 0; q < mnext; q++) if (mseen.has(q) && !ar.has(q)) r.muc_missing++
      r.muc_acts = ruled.told + 1 + ruled.members.size
      r.muc_acts_lost = await actsLost(c, { room, run, ruled })
    } catch (e) {
      r.muc_error = String(e.message).slice(0, 200)
      r.muc_missing = null
    }
    await c.close()
  }
  if (o.dbPidfile) for (const x of clients) x.sock.destroy()
  return r
}

const muc = 'http://jabber.org/protocol/muc'
const nameField = 'muc#roomconfig_roomname'

/** Changes the room's name, and who is a member, as long as the load runs. `ruled` has what was asked, and what was answered. */
async function rule(owner, { room, run, ruled, isRunning }) {
  const field = (name, value) => `<field var='${name}'><value>${value}</value></field>`
  for (let k = 0; isRunning(); k++) {
    const fields =
      field('FORM_TYPE', `${muc}#roomconfig`) +
      field('muc#roomconfig_persistentroom', 1) +
      field(nameField, `${run}-${k}`)
    ruled.sent = k
    await owner.iq(
      'set',
      `<query xmlns='${muc}#owner'><x xmlns='jabber:x:data' type='submit'>${fields}</x></query>`,
      room,
    )
    ruled.told = k
    const jid = `${o.userPrefix}${k % (2 * o.pairs)}@${o.domain}`
    const affiliation = Math.floor(k / (2 * o.pairs)) % 2 === 0 ? 'member' : 'none'
    ruled.members.set(jid, null) // under way: either will do
    await owner.iq(
      'set',
      `<query xmlns='${muc}#admin'><item affiliation='${affiliation}' jid='${jid}'/></query>`,
      room,
    )
    ruled.members.set(jid, affiliation)
  }
}

/** What its owner was told is done, and is not. */
async function actsLost(owner, { room, run, ruled }) {
  const form = String(await owner.iq('get', `<query xmlns='${muc}#owner'/>`, room))
  const name = new RegExp(`var=['"]${nameField}['"][^>]*>.*?<value>${run}-(\\d+)</value>`).exec(
    form,
  )
  const k = name ? Number(name[1]) : -1
  let lost = ruled.told >= 0 && (k < ruled.told || k > ruled.sent) ? 1 : 0
  const list = `<query xmlns='${muc}#admin'><item affiliation='member'/></query>`
  const members = String(await owner.iq('get', list, room))
  for (const [jid, affiliation] of ruled.members) {
    const isMember = members.includes(`'${jid}'`) || members.includes(`"${jid}"`)
    if (affiliation !== null && isMember !== (affiliation === 'member')) lost++
  }
  return lost
}

const rounds = [],
  bad = []
for (let n = 1; n <= o.rounds; n++) {
  await lock()
  try {
    const r = await round(n)
    rounds.push(r)
    console.log(JSON.stringify(r))
  } catch (e) {
    bad.push(String(e.message ?? e).slice(0, 300))
    console.error(`round ${n}:`, e)
  }
  await unlock()
}
const sum = (k) => rounds.reduce((a, r) => a + (r[k] ?? 0), 0)
const out = {
  label: o.label,
  kind: o.dbPidfile ? 'database-down' : o.crash ? 'power-loss' : 'kill-9',
  rounds: rounds.length,
  failed_rounds: bad.length,
  sent: sum('sent'),
  delivered: sum('delivered'),
  delivered_not_in_recipient_archive: sum('missing_recipient_archive'),
  delivered_not_in_sender_archive: sum('missing_sender_archive'),
  delivered_in_neither: sum('missing_both'),
  rounds_with_loss: rounds.filter(
    (r) =>
      r.missing_recipient_archive || r.missing_sender_archive || r.muc_missing || r.muc_acts_lost,
  ).length,
  muc_delivered: sum('muc_delivered'),
  muc_delivered_not_archived: sum('muc_missing'),
  muc_errors: rounds.map((r) => r.muc_error).filter(Boolean),
  muc_acts: sum('muc_acts'),
  muc_acts_lost: sum('muc_acts_lost'),
  ...(o.dbPidfile ? { delivered_while_db_down: sum('delivered_while_db_down') } : {}),
  per_round: rounds.map((r) => r.missing_recipient_archive),
  muc_per_round: rounds.map((r) => r.muc_missing),
  restart_ms_max: Math.max(0, ...rounds.map((r) => r.restart_ms)),
  sign_in_ms: rounds.map((r) => r.sign_in_ms),
  verified_rounds: rounds.filter((r) => r.verify_ms !== undefined).length,
  errors: bad,
}
if (o.out) fs.appendFileSync(o.out, JSON.stringify(out) + '\n')
console.log(JSON.stringify(out))
process.exit(bad.length ? 1 : 0)
