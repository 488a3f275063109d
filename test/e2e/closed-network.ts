// Run in a network namespace of its own: two people talk, with a capture of all interfaces. Prints what was seen, as JSON.
import { execFileSync, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { setTimeout as pass } from 'node:timers/promises'
import { child, elements } from '../../src/xml/element.ts'
import { addPeople, bodyOf, comeOnline, nextMessage, say } from './people.ts'
import { testServer, type TestServer } from './server.ts'
import type { Seen } from './network-seen.ts'

/** An address that the namespace's only way out leads to, where nobody is. */
const outside = '198.51.100.9'
const discard = 9
const idleMs = 3_000

/** What nobody has set is the default; an empty variable is none. */
const defaults = { ONRECORD_XMPP_PORT: '', ONRECORD_XMPPS_PORT: '', ONRECORD_HTTP_PORT: '' }
const ports = { xmpp: 5_222, xmpps: 5_223, http: 8_080 }

/** What follows takes a machine off its network. A namespace that was just made has no interface that is up. */
function refuseSharedNetwork(): void {
  if (Object.keys(networkInterfaces()).length > 0) throw new Error('run it with: unshare --net')
}

function ip(line: string): void {
  execFileSync('ip', line.split(' '))
}

function makeInterfaces(): void {
  ip('link set lo up')
  // Packets to anywhere leave by it, and are seen. Without it the kernel would refuse them, and nothing would show.
  execFileSync('sysctl', ['-qw', 'net.ipv6.conf.default.disable_ipv6=1'])
  ip('link add out type veth peer name nowhere')
  ip('link set out arp off')
  ip('link set nowhere up')
  ip('addr add 198.51.100.2/24 dev out')
  ip('link set out up')
  ip('route replace default dev out')
}

/** Captures until `end()`, which knows by its own marks that all before them has been seen. */
async function capture(): Promise<{ end(): Promise<Seen['packets']> }> {
  const args = ['-i', 'any', '-nn', '-l', '-q', '-t', '-Z', 'root', '--immediate-mode']
  const tcpdump = spawn('tcpdump', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let seen = ''
  let said = ''
  tcpdump.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()))
  tcpdump.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  while (!said.includes('listening on')) {
    if (tcpdump.exitCode !== null) throw new Error(said)
    await pass(10)
  }
  return {
    async end() {
      const marks = [`127.0.0.1.${discard}: UDP`, `${outside}.${discard}: UDP`]
      const socket = createSocket('udp4')
      for (const host of ['127.0.0.1', outside]) socket.send('mark', discard, host)
      while (!marks.every((mark) => seen.includes(mark))) await pass(10)
      socket.close()
      tcpdump.kill()
      const isMark = (line: string): boolean =>
        marks.some((mark) => line.includes(mark)) || line.includes('ICMP 127.0.0.1 udp port 9')
      const lines = seen.split('\n').filter((line) => line !== '' && !isMark(line))
      return {
        lo: lines.filter(isLoopback),
        out: lines.filter((line) => !isLoopback(line)),
      }
    },
  }
}

function isLoopback(line: string): boolean {
  return line.startsWith('lo ')
}

function listening(): string[] {
  return execFileSync('ss', ['-Hltnu'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/))
    .map(([protocol, , , , local]) => `${protocol} ${local}`)
    .toSorted()
}

/** @returns how many messages are in the archive of the one who received them */
async function talk(server: TestServer): Promise<number> {
  const [ann, bo] = [await comeOnline(server, 'ann'), await comeOnline(server, 'bo')]
  for (let i = 0; i < 200; i++) {
    say(ann, `bo@${server.domain}`, `message ${i}`, `m${i}`)
    if (bodyOf(await nextMessage(bo)) !== `message ${i}`) throw new Error('another message')
  }
  const answer = await bo.ask(
    'set',
    `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>0</max></set></query>`,
  )
  const fin = child(answer, 'fin', 'urn:xmpp:mam:2')
  const set = fin && elements(fin)[0]
  const count = set && elements(set).find(({ name }) => name === 'count')
  for (const client of [ann, bo]) client.close()
  return Number(count?.children[0] ?? 0)
}

refuseSharedNetwork()
makeInterfaces()
const watching = await capture()
const server = await testServer(defaults, undefined, ports)
try {
  await server.start()
  addPeople(server, 'ann', 'bo')
  const full = listening()
  // Not to wait for something: nothing is what is looked for.
  await pass(idleMs)
  const archived = await talk(server)
  const verified = server.run(['verify']).status
  await server.stop()
  const packets = await watching.end()

  const web = await testServer({ ...defaults, ONRECORD_PROFILE: 'web' }, undefined, ports)
  await web.start()
  const seen: Seen = { listening: { full, web: listening() }, archived, verified, packets }
  await web.remove()
  process.stdout.write(JSON.stringify(seen))
} finally {
  await server.remove()
}
