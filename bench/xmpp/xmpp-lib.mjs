// Small XMPP c2s client used by load.mjs and killtest.mjs. Node 20, no dependencies.
// Built for load generation: byte-level stanza framing (no DOM), batched writes, shared read buffer.
import net from 'node:net'
import tls from 'node:tls'
import fs from 'node:fs'
import crypto from 'node:crypto'

// ---------------------------------------------------------------- framing
// Splits an XMPP stream into top-level stanzas without building a tree. Handles quotes in tags,
// self-closing tags, PIs, any nesting, and chunk boundaries anywhere.
const LT = 60,
  GT = 62,
  SLASH = 47,
  DQ = 34,
  SQ = 39,
  QM = 63,
  BANG = 33
export class Framer {
  constructor(onStanza, onOpen, onClose) {
    this.onStanza = onStanza
    this.onOpen = onOpen
    this.onClose = onClose
    this.reset()
  }
  reset() {
    this.pend = null
    this.depth = 0
    this.st = 0
    this.kind = 0
    this.prev = 0
    this.gen = (this.gen | 0) + 1
  }
  feed(chunk) {
    // chunk may be reused by the caller after return
    let buf = chunk,
      i = 0
    if (this.pend !== null) {
      i = this.pend.length
      buf = Buffer.concat([this.pend, chunk])
      this.pend = null
    }
    const n = buf.length,
      gen = this.gen
    let start = i > 0 ? 0 : -1 // start of the current top-level item inside buf
    let { depth, st, kind, prev } = this // st: 0 text, 1 after '<', 2 in tag, 3 in "..", 4 in '..'
    if (i === 0 && (depth > 1 || st !== 0)) start = 0
    for (; i < n; i++) {
      const c = buf[i]
      if (st === 0) {
        if (c === LT) {
          st = 1
          if (depth <= 1) start = i
        }
      } else if (st === 2) {
        if (c === GT) {
          st = 0
          if (kind === 2) {
            // PI / declaration
            if (depth <= 1) start = -1
          } else if (kind === 1) {
            // closing
            depth--
            if (depth === 1) {
              this.onStanza(buf, start, i + 1)
              start = -1
            } else if (depth === 0) {
              this.onClose()
              start = -1
            }
          } else if (prev === SLASH) {
            // self-closing
            if (depth === 1) {
              this.onStanza(buf, start, i + 1)
              start = -1
            }
          } else {
            depth++
            if (depth === 1) {
              this.onOpen(buf.latin1Slice(start, i + 1))
              start = -1
            }
          }
          if (this.gen !== gen) return // reset() was called by a handler
        } else if (c === DQ) st = 3
        else if (c === SQ) st = 4
        prev = c
      } else if (st === 1) {
        kind = c === SLASH ? 1 : c === QM || c === BANG ? 2 : 0
        st = 2
        prev = c
      } else if (st === 3) {
        if (c === DQ) st = 2
      } else if (c === SQ) st = 2
    }
    this.depth = depth
    this.st = st
    this.kind = kind
    this.prev = prev
    if (start >= 0 && (depth > 1 || st !== 0)) this.pend = Buffer.from(buf.subarray(start))
  }
}

// ---------------------------------------------------------------- helpers
export const attr = (s, name) => {
  const m = new RegExp(`\\s${name}\\s*=\\s*(?:'([^']*)'|"([^"]*)")`).exec(s)
  return m ? unesc(m[1] ?? m[2]) : null
}
export const unesc = (s) =>
  s.includes('&')
    ? s
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"')
        .replace(/&apos;/g, "'")
        .replace(/&amp;/g, '&')
    : s
export const esc = (s) =>
  s
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/'/g, '&apos;')
    .replace(/"/g, '&quot;')
export const sleep = (ms) => new Promise((r) => setTimeout(r, ms))
const saltCache = new Map() // SCRAM salted passwords: keeps PBKDF2 cost out of the generator
const sharedRead = Buffer.allocUnsafe(256 * 1024)

// All dirty sockets are flushed once per event-loop turn: batches writes without delaying them.
const dirty = new Set()
let flushScheduled = false
function flushAll() {
  flushScheduled = false
  for (const c of dirty) c.flush()
  dirty.clear()
}

// ---------------------------------------------------------------- client
export class Client {
  // o: {host, port, domain, user, pass, resource, tls, mech, timeout}
  constructor(o) {
    this.o = o
    this.out = ''
    this.iqs = new Map()
    this.seq = 0
    this.onStanza = null
    this.closed = false
    this.onDown = null
    this.bytesIn = 0
    this.cur = null
    this.waiter = null
    this.queue = []
    this.framer = new Framer(
      (b, s, e) => this._stanza(b, s, e),
      (t) => this._negotiate(t),
      () => {
        this.sock?.end()
      },
    )
  }
  send(s) {
    this.out += s
    if (!dirty.has(this)) {
      dirty.add(this)
      if (!flushScheduled) {
        flushScheduled = true
        setImmediate(flushAll)
      }
    }
  }
  flush() {
    if (this.out && !this.closed) {
      const s = this.out
      this.out = ''
      this.sock.write(s, 'latin1')
    }
  }
  _down(err) {
    if (this.closed) return
    this.closed = true
    this.err = err ?? null
    const e = err ?? new Error('connection closed')
    if (this.waiter) {
      this.waiter.reject(e)
      this.waiter = null
    }
    for (const w of this.iqs.values()) w.reject(e)
    this.iqs.clear()
    this.onDown?.(this)
  }
  _attach(sock, streams) {
    this.sock = sock
    sock.on('error', (e) => this._down(e))
    sock.on('close', () => this._down())
    if (streams)
      sock.on('data', (b) => {
        this.bytesIn += b.length
        this.framer.feed(b)
      })
  }
  _next() {
    // next negotiation item
    if (this.queue.length) return Promise.resolve(this.queue.shift())
    if (this.closed) return Promise.reject(this.err ?? new Error('connection closed'))
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject }
    })
  }
  _negotiate(s) {
    if (this.waiter) {
      const w = this.waiter
      this.waiter = null
      w.resolve(s)
    } else this.queue.push(s)
  }
  _stanza(buf, s, e) {
    if (!this.ready) return this._negotiate(buf.toString('utf8', s, e))
    // '<iq ' results are routed to their waiters, everything else to onStanza(string)
    if (buf[s + 1] === 105 && buf[s + 2] === 113) {
      const str = buf.toString('utf8', s, e),
        gt = str.indexOf('>'),
        head = str.slice(0, gt + 1)
      const type = attr(head, 'type')
      if (type === 'result' || type === 'error') {
        const id = attr(head, 'id'),
          w = this.iqs.get(id)
        if (w) {
          this.iqs.delete(id)
          if (type === 'error') {
            const er = new Error('iq error: ' + str.slice(0, 400))
            er.stanza = str
            w.reject(er)
          } else w.resolve(str)
        }
      } else if (type === 'get' || type === 'set') {
        // be a correct entity: answer what we do not support
        const from = attr(head, 'from'),
          id = attr(head, 'id')
        if (/urn:xmpp:ping/.test(str))
          this.send(`<iq type='result' id='${esc(id ?? '')}'${from ? ` to='${esc(from)}'` : ''}/>`)
        else if (type === 'get')
          this.send(
            `<iq type='error' id='${esc(id ?? '')}'${from ? ` to='${esc(from)}'` : ''}><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
          )
        else
          this.send(`<iq type='result' id='${esc(id ?? '')}'${from ? ` to='${esc(from)}'` : ''}/>`)
      }
      return
    }
    this.onStanza?.(buf.latin1Slice(s, e), this)
  }
  iq(type, payload, to) {
    const id = `q${++this.seq}`
    if (this.closed) return Promise.reject(new Error('connection closed'))
    return new Promise((resolve, reject) => {
      this.iqs.set(id, { resolve, reject })
      this.send(`<iq type='${type}' id='${id}'${to ? ` to='${esc(to)}'` : ''}>${payload}</iq>`)
    })
  }
  _open() {
    this.framer.reset()
    this.send(
      `<?xml version='1.0'?><stream:stream to='${this.o.domain}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`,
    )
  }
  async _features() {
    await this._next()
    const f = await this._next()
    if (!f.includes('features')) throw new Error('no stream features: ' + f.slice(0, 300))
    return f
  }
  async connect() {
    const o = this.o
    let timer
    const to = new Promise((_, rej) => {
      timer = setTimeout(() => {
        rej(new Error('login timeout'))
        this.sock?.destroy()
      }, o.timeout ?? 60000)
    })
    to.catch(() => {})
    try {
      return await Promise.race([this._connect(), to])
    } catch (e) {
      this.sock?.destroy()
      throw e
    } finally {
      clearTimeout(timer)
    }
  }
  async _connect() {
    const o = this.o
    await new Promise((res, rej) => {
      const opt = { host: o.host, port: o.port, noDelay: true }
      if (!o.tls)
        opt.onread = {
          buffer: () => sharedRead,
          callback: (n, b) => {
            this.bytesIn += n
            this.framer.feed(b.subarray(0, n))
            return true
          },
        }
      const s = net.connect(opt, res)
      s.once('error', rej)
      this._attach(s, !!o.tls)
    })
    this._open()
    let f = await this._features()
    if (o.tls) {
      if (!f.includes('urn:ietf:params:xml:ns:xmpp-tls')) throw new Error('STARTTLS not offered')
      this.send(`<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>`)
      const p = await this._next()
      if (!p.startsWith('<proceed')) throw new Error('starttls: ' + p)
      this.sock.removeAllListeners('data')
      const raw = this.sock
      raw.removeAllListeners('close')
      await new Promise((res, rej) => {
        const t = tls.connect({ socket: raw, servername: o.domain, rejectUnauthorized: false }, res)
        t.once('error', rej)
        this._attach(t, true)
      })
      this._open()
      f = await this._features()
    }
    await this._auth(f)
    this._open()
    f = await this._features()
    this.send(
      `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>${o.resource ? `<resource>${esc(o.resource)}</resource>` : ''}</bind></iq>`,
    )
    const b = await this._next()
    const m = /<jid>([^<]+)<\/jid>/.exec(b)
    if (!m) throw new Error('bind: ' + b.slice(0, 300))
    this.jid = unesc(m[1])
    this.bare = this.jid.split('/')[0]
    this.ready = true
    return this
  }
  async _auth(f) {
    const o = this.o,
      mechs = [...f.matchAll(/<mechanism[^>]*>([^<]+)</g)].map((m) => m[1])
    const mech =
      o.mech ??
      (mechs.includes('PLAIN')
        ? 'PLAIN'
        : mechs.find((m) => m === 'SCRAM-SHA-1' || m === 'SCRAM-SHA-256'))
    if (!mech || !mechs.includes(mech))
      throw new Error(`no usable SASL mechanism (offered: ${mechs.join(' ') || 'none'})`)
    const ns = `xmlns='urn:ietf:params:xml:ns:xmpp-sasl'`
    if (mech === 'PLAIN') {
      this.send(
        `<auth ${ns} mechanism='PLAIN'>${Buffer.from(`\0${o.user}\0${o.pass}`).toString('base64')}</auth>`,
      )
    } else {
      const h = mech === 'SCRAM-SHA-256' ? 'sha256' : 'sha1',
        dl = h === 'sha1' ? 20 : 32
      const nonce = crypto.randomBytes(12).toString('hex'),
        cfb = `n=${o.user},r=${nonce}`
      this.send(
        `<auth ${ns} mechanism='${mech}'>${Buffer.from('n,,' + cfb).toString('base64')}</auth>`,
      )
      const ch = await this._next()
      if (!ch.startsWith('<challenge')) throw new Error('auth: ' + ch.slice(0, 200))
      const sf = Buffer.from(/>([^<]*)</.exec(ch)[1], 'base64').toString()
      const [, r, salt, it] = /r=([^,]+),s=([^,]+),i=(\d+)/.exec(sf)
      const key = `${h}|${salt}|${it}|${o.pass}`
      let salted = saltCache.get(key)
      if (!salted) {
        salted = crypto.pbkdf2Sync(o.pass, Buffer.from(salt, 'base64'), +it, dl, h)
        saltCache.set(key, salted)
      }
      const hmac = (k, d) => crypto.createHmac(h, k).update(d).digest()
      const ck = hmac(salted, 'Client Key'),
        sk = crypto.createHash(h).update(ck).digest()
      const cf = `c=biws,r=${r}`,
        am = `${cfb},${sf},${cf}`,
        sig = hmac(sk, am)
      const proof = Buffer.alloc(dl)
      for (let i = 0; i < dl; i++) proof[i] = ck[i] ^ sig[i]
      this.send(
        `<response ${ns}>${Buffer.from(`${cf},p=${proof.toString('base64')}`).toString('base64')}</response>`,
      )
    }
    const r = await this._next()
    if (!r.startsWith('<success')) throw new Error(`auth failed for ${o.user}: ${r.slice(0, 200)}`)
  }
  async online() {
    // what a normal client does: roster, presence, then a round trip so that presence is known to be processed
    await this.iq('get', `<query xmlns='jabber:iq:roster'/>`).catch((e) => {
      if (!e.stanza) throw e
    })
    this.send('<presence/>')
    await this.iq(
      'get',
      `<query xmlns='http://jabber.org/protocol/disco#info'/>`,
      this.o.domain,
    ).catch((e) => {
      if (!e.stanza) throw e
    })
    return this
  }
  close() {
    if (this.closed || !this.sock) return Promise.resolve()
    return new Promise((res) => {
      const t = setTimeout(() => {
        this.sock.destroy()
        res()
      }, 2000)
      const prev = this.onDown
      this.onDown = () => {
        clearTimeout(t)
        prev?.(this)
        res()
      }
      this.out += '</stream:stream>'
      this.flush()
      this.sock.end()
    })
  }
  // One RSM page of an archive (XEP-0313). Returns {items:[{id, stanza}], complete, first, last, count}
  async mamPage({ to, start, end, after, before, max = 50, withJid } = {}) {
    const qid = `m${++this.seq}`,
      items = [],
      prev = this.onStanza
    const fields = [`<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>`]
    if (start) fields.push(`<field var='start'><value>${start}</value></field>`)
    if (end) fields.push(`<field var='end'><value>${end}</value></field>`)
    if (withJid) fields.push(`<field var='with'><value>${esc(withJid)}</value></field>`)
    this.onStanza = (s, c) => {
      if (s.startsWith('<message')) {
        const k = s.indexOf('<result')
        if (k >= 0) {
          const head = s.slice(k, s.indexOf('>', k) + 1)
          if (attr(head, 'queryid') === qid) {
            items.push({ id: attr(head, 'id'), stanza: s })
            return
          }
        }
      }
      prev?.(s, c)
    }
    try {
      const r = await this.iq(
        'set',
        `<query xmlns='urn:xmpp:mam:2' queryid='${qid}'><x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>` +
          `<set xmlns='http://jabber.org/protocol/rsm'><max>${max}</max>${after != null ? `<after>${esc(after)}</after>` : ''}${before != null ? `<before>${esc(before)}</before>` : ''}</set></query>`,
        to,
      )
      const g = (t) => {
        const m = new RegExp(`<${t}[^>]*>([^<]*)</${t}>`).exec(r)
        return m ? unesc(m[1]) : null
      }
      const fin = /<fin[^>]*>/.exec(r)?.[0] ?? ''
      return {
        items,
        complete: /complete=['"](true|1)['"]/.test(fin),
        first: g('first'),
        last: g('last'),
        count: g('count'),
      }
    } finally {
      this.onStanza = prev
    }
  }
  // Walks a whole archive; onItem(stanza). Returns {pages, items, complete}
  async mamWalk(q, onItem, deadline = Infinity) {
    let after = null,
      pages = 0,
      items = 0
    for (;;) {
      const p = await this.mamPage({ ...q, after })
      pages++
      items += p.items.length
      for (const it of p.items) onItem(it.stanza, it.id)
      const last = p.last ?? p.items.at(-1)?.id ?? null
      if (p.complete || p.items.length === 0 || last === null || last === after)
        return { pages, items, complete: true }
      after = last
      if (Date.now() > deadline) return { pages, items, complete: false }
    }
  }
  async instantRoom(room, nick) {
    // join; unlock with the default configuration if we created it
    const joined = new Promise((res, rej) => {
      const prev = this.onStanza,
        t = setTimeout(() => rej(new Error('room join timeout')), 20000)
      this.onStanza = (s, c) => {
        if (s.startsWith('<presence') && s.includes(room)) {
          if (/type=['"]error['"]/.test(s.slice(0, s.indexOf('>')))) {
            clearTimeout(t)
            this.onStanza = prev
            rej(new Error('join: ' + s.slice(0, 400)))
            return
          }
          if (/code=['"]110['"]/.test(s)) {
            clearTimeout(t)
            this.onStanza = prev
            res(/code=['"]201['"]/.test(s))
            return
          }
        }
        prev?.(s, c)
      }
    })
    this.send(
      `<presence to='${esc(room)}/${esc(nick)}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
    )
    if (await joined)
      await this.iq(
        'set',
        `<query xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' type='submit'/></query>`,
        room,
      ).catch((e) => {
        if (!e.stanza) throw e
      })
  }
}

// Run fn over 0..n-1 with bounded concurrency.
export async function pool(n, conc, fn) {
  let i = 0
  const run = async () => {
    while (i < n) {
      const k = i++
      await fn(k)
    }
  }
  await Promise.all(Array.from({ length: Math.min(conc, n) }, run))
}

// ---------------------------------------------------------------- message token: "~B<run>.<pair>.<seq>~"
export const PAD =
  'The quick brown fox jumps over the lazy dog while the auditor takes notes, line by line, in ink. 0123456789'
export const token = (run, pair, seq) => `~B${run}.${pair}.${seq}~`
// returns seq+pair via the out array, or false
export function parseToken(s, run, out) {
  const tag = '~B' + run + '.'
  let k = s.indexOf(tag)
  if (k < 0) return false
  k += tag.length
  let p = 0,
    q = 0,
    c
  while ((c = s.charCodeAt(k++)) !== 46) {
    if (c < 48 || c > 57) return false
    p = p * 10 + c - 48
  }
  while ((c = s.charCodeAt(k++)) !== 126) {
    if (c < 48 || c > 57) return false
    q = q * 10 + c - 48
  }
  out[0] = p
  out[1] = q
  return true
}
export class Seen {
  // growable counter per sequence number
  constructor() {
    this.a = new Uint8Array(4096)
    this.n = 0
    this.dup = 0
    this.max = -1
  }
  add(q) {
    if (q >= this.a.length) {
      const b = new Uint8Array(Math.max(q + 1, this.a.length * 2))
      b.set(this.a)
      this.a = b
    }
    if (this.a[q] === 0) {
      this.n++
      if (q > this.max) this.max = q
    } else this.dup++
    if (this.a[q] < 255) this.a[q]++
    return this.a[q] === 1
  }
  has(q) {
    return q < this.a.length && this.a[q] > 0
  }
}
export const quant = (arr, q) =>
  arr.length ? arr[Math.min(arr.length - 1, Math.floor(q * arr.length))] : null

// ---------------------------------------------------------------- /proc sampling (a pid list plus all descendants)
export function procTree(roots) {
  const kids = new Map()
  for (const d of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(d)) continue
    try {
      const st = fs.readFileSync(`/proc/${d}/stat`, 'utf8')
      const r = st.slice(st.lastIndexOf(')') + 2).split(' ')
      const pp = +r[1]
      if (!kids.has(pp)) kids.set(pp, [])
      kids.get(pp).push(+d)
    } catch {
      /* gone */
    }
  }
  const out = new Set(),
    walk = (p) => {
      if (out.has(p)) return
      out.add(p)
      for (const k of kids.get(p) ?? []) walk(k)
    }
  for (const r of roots) if (fs.existsSync(`/proc/${r}`)) walk(r)
  return [...out]
}
const HZ = 100 // USER_HZ is 100 on every mainstream Linux
export function sample(roots) {
  let cpu = 0,
    rss = 0,
    pss = 0
  for (const p of procTree(roots)) {
    try {
      const st = fs.readFileSync(`/proc/${p}/stat`, 'utf8')
      const r = st.slice(st.lastIndexOf(')') + 2).split(' ')
      cpu += (+r[11] + +r[12] + +r[13] + +r[14]) / HZ
      rss += +(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${p}/status`, 'utf8'))?.[1] ?? 0) * 1024
      try {
        pss +=
          +(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${p}/smaps_rollup`, 'utf8'))?.[1] ?? 0) *
          1024
      } catch {
        /* not permitted */
      }
    } catch {
      /* gone */
    }
  }
  return { cpu, rss, pss: pss || rss }
}
export function system() {
  // whole machine: busy and stolen CPU-seconds since boot
  const a = fs
    .readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return { busy: (a[0] + a[1] + a[2] + a[5] + a[6]) / HZ, steal: (a[7] ?? 0) / HZ }
}
export function readPids(o) {
  // --pid a,b and/or --pidfile f,g
  const r = []
  for (const p of String(o.pid ?? '').split(',')) if (+p) r.push(+p)
  for (const f of String(o.pidfile ?? '').split(','))
    if (f) {
      const p = parseInt(fs.readFileSync(f, 'utf8'), 10)
      if (p) r.push(p)
    }
  return r
}
export function args(argv, flags = []) {
  const o = { _: [] }
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i]
    if (!a.startsWith('--')) {
      o._.push(a)
      continue
    }
    const eq = a.indexOf('=')
    let k = a.slice(2),
      v
    if (eq > 0) {
      k = a.slice(2, eq)
      v = a.slice(eq + 1)
    } else if (flags.includes(k)) v = true
    else v = argv[++i]
    o[k.replace(/-([a-z])/g, (_, c) => c.toUpperCase())] = v
  }
  return o
}
