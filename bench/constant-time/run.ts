// Whether the time of an answer tells who has an account here: each step of a sign-in with something wrong, for a name that is there and one
// that is not, by turns in one run. In this process, without a network that would hide a difference. node bench/constant-time/run.ts
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type FastifyInstance } from 'fastify'
import { routes } from '../../src/api/door/admin.ts'
import { addApi, apiPath } from '../../src/api/door/door.ts'
import { createAttempts } from '../../src/audit/attempts.ts'
import { systemClock } from '../../src/base/clock.ts'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { systemTimer } from '../../src/base/timer.ts'
import { openDirectory } from '../../src/directory/open.ts'
import { type Directory } from '../../src/directory/ports.ts'
import { type SignInWatch } from '../../src/directory/sign-in-watch.ts'
import { createThrottle, defaultThrottle } from '../../src/directory/throttle.ts'
import { webCost } from '../../src/directory/web-password.ts'
import { appOn } from '../../src/server/http.ts'
import { openState } from '../../src/storage/relational/open-state.ts'
import { relationalPeople } from '../../src/storage/relational/people.ts'
import { SignIn } from '../../src/xmpp/stream/sign-in.ts'
import { noWishes } from '../../src/xmpp/stream/wishes.ts'
import { parseJid } from '../../src/xmpp/wire/jid.ts'
import { memoryAccess } from '../../test/fakes/access-state.ts'
import { fakeApiHost } from '../../test/fakes/api-host.ts'
import { testClients } from '../../test/fakes/clients.ts'
import { fakeRecord } from '../../test/fakes/record.ts'
import { memoryKeys } from '../../test/fakes/vault.ts'
import { askedUntilShown, judge, type Judgement } from './statistics.ts'

const { values } = parseArgs({
  options: {
    /** Of each kind of name, for the steps of microseconds. */
    steps: { type: 'string', default: '3000' },
    /** For those that derive a key. */
    derived: { type: 'string', default: '200' },
    people: { type: 'string', default: '120' },
  },
})
const domain = 'bench.example'
const by = { commandLine: true } as const
const wrong = 'this is not the password'
/** What a good network adds, in µs, as a standard deviation. */
const jitter = 50
/** Guesses at one name that are let in within a day. */
const guessesPerDay = 86_400_000 / defaultThrottle.accountLeakMs + defaultThrottle.accountFree

/** Names that are there, in each of these ways, and as many that are not. */
const kinds = ['nobody', 'member', 'with clients', 'with a factor', 'suspended'] as const
type Kind = (typeof kinds)[number]

const dir = mkdtempSync(join(tmpdir(), 'onrecord-constant-time-'))
const state = await openState(join(dir, 'state.db'))
const keys = await memoryKeys()
const directory = await openDirectory({
  state: relationalPeople(state.db, keys),
  access: memoryAccess(),
  record: fakeRecord(),
  domain,
  parseAddress: parseJid,
  elsewhere: null,
  // Adding people is no part of it.
  scramIterations: 10_000,
  webCost,
  opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
  invitations: { mode: 'administrators', days: 7 },
  clock: systemClock,
  random: systemRandom(),
  log: silentLog,
})
const names = await addPeople(directory, Number(values.people))

/** Whoever guesses is not slowed down here: that is the same for all names. */
const throttle = createThrottle(
  { ...defaultThrottle, accountFree: 1e9, addressFree: 1e9, remembered: 1e6 },
  systemClock,
)
const watch = watching(directory)
const signInParts = {
  directory,
  clients: testClients(directory, systemClock),
  random: systemRandom(),
  domain,
  clock: systemClock,
  throttle,
  watch,
}

function signIn(mechanism: string): SignIn {
  const caller = { address: '192.0.2.1', binding: null, isConfidential: true, from: null }
  return new SignIn(signInParts, caller, { mechanism, wishes: noWishes })
}

const http = await httpDoor(directory)

type Step = (local: string) => Promise<number>
const timed = async (what: () => unknown): Promise<number> => {
  const begun = process.hrtime.bigint()
  await what()
  return Number(process.hrtime.bigint() - begun) / 1_000
}

const first = (local: string): Buffer => Buffer.from(`n,,n=${local},r=abcdefghijklmnop`)

function scramFinal(mechanism: string, bytes: number): Step {
  return async (local) => {
    const exchange = signIn(mechanism)
    const answer = await exchange.take(first(local))
    const nonce =
      answer.kind === 'challenge' ? (/r=([^,]+)/.exec(String(answer.data))?.[1] ?? '') : ''
    const proof = Buffer.alloc(bytes, 7).toString('base64')
    return await timed(() => exchange.take(Buffer.from(`c=biws,r=${nonce},p=${proof}`)))
  }
}

const steps: Readonly<Record<string, { readonly step: Step; readonly isDerived: boolean }>> = {
  'SCRAM-SHA-256, first': {
    isDerived: false,
    step: async (local) => {
      const exchange = signIn('SCRAM-SHA-256')
      return await timed(() => exchange.take(first(local)))
    },
  },
  'SCRAM-SHA-256, final': { isDerived: false, step: scramFinal('SCRAM-SHA-256', 32) },
  'SCRAM-SHA-1, final': { isDerived: false, step: scramFinal('SCRAM-SHA-1', 20) },
  PLAIN: {
    isDerived: true,
    step: async (local) => {
      const exchange = signIn('PLAIN')
      return await timed(async () => await exchange.take(Buffer.from(`\0${local}\0${wrong}`)))
    },
  },
  'HTTP, password': {
    isDerived: true,
    step: async (local) => {
      const payload = JSON.stringify({ address: `${local}@${domain}`, password: wrong })
      const headers = { 'content-type': 'application/json' }
      const url = `${apiPath}/v1/session`
      return await timed(async () => await http.inject({ method: 'POST', url, headers, payload }))
    },
  },
}

let isApart = false
for (const [name, { step, isDerived }] of Object.entries(steps)) {
  const count = Number(isDerived ? values.derived : values.steps)
  const times = await measured(step, count)
  say(`\n${name}, ${count} of each, by turns: µs at the median ${cell(times.nobody)}`)
  for (const kind of ['nobody', ...kinds.slice(1)] as const) {
    // The first line is of nobody against nobody: how well this can tell anything apart.
    const judgement = judge(
      times.nobody,
      kind === 'nobody' ? times.control : times[kind],
      Math.random,
    )
    const asked = askedUntilShown(judgement, jitter)
    const isTold = judgement.p < 0.001 && asked <= guessesPerDay
    isApart ||= isTold
    say(line(kind, judgement, { asked, isTold }))
  }
}
await http.close()
await state.close()
rmSync(dir, { recursive: true })
process.exit(isApart ? 1 : 0)

type Times = Record<Kind | 'control', number[]>

/** One of each kind after another, in another order each time, so that whatever happens to the machine happens to all. */
async function measured(step: Step, count: number): Promise<Times> {
  const times: Times = {
    nobody: [],
    control: [],
    member: [],
    'with clients': [],
    'with a factor': [],
    suspended: [],
  }
  const all = [...kinds, 'control'] as const
  const warmUp = Math.min(500, Math.ceil(count / 4))
  for (let i = -warmUp; i < count; i++)
    for (const kind of shuffled(all)) {
      const took = await step(nameOf(kind, i))
      if (i >= 0) times[kind].push(took)
    }
  return times
}

function nameOf(kind: Kind | 'control', i: number): string {
  // As often again as the others: that a name was tried before shows, whoever has it.
  const local = names[kind]
  return local[Math.abs(i) % local.length] ?? ''
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)
}

/** Names as long as those that are nobody's. */
async function addPeople(to: Directory, each: number): Promise<Record<Kind | 'control', string[]>> {
  const none = (): string[] => Array.from({ length: each / 4 }, anyName)
  const made: Record<Kind | 'control', string[]> = {
    nobody: none(),
    control: none(),
    member: [],
    'with clients': [],
    'with a factor': [],
    suspended: [],
  }
  for (const kind of ['member', 'with clients', 'with a factor', 'suspended'] as const)
    for (let i = 0; i < each / 4; i++) {
      const local = anyName()
      const password = new Secret(`password of ${local}`)
      const { id } = await to.add({ address: `${local}@${domain}`, password, role: 'member', by })
      made[kind].push(local)
      if (kind === 'suspended') await to.setEnabled(id, { enabled: false, by })
      if (kind === 'with a factor')
        await to.factors.add(id, { kind: 'totp', name: 'x', usedAt: null, key: '00', step: -1 }, by)
      const clients = kind === 'with clients' ? 3 : 0
      for (let n = 0; n < clients; n++)
        await to.appPasswords.make({ person: id, name: 'x', days: 30 }, by)
    }
  return made
}

/** What a server does with each refusal, before the answer goes out. */
function watching(of: Directory): SignInWatch {
  const findHere = (address: string): ReturnType<Directory['find']> => of.find(address)
  const attempts = createAttempts({
    record: fakeRecord(),
    findHere: (address) => findHere(address)?.id ?? null,
    pseudonym: (label, name) => keys.pseudonym(label, name),
    clock: systemClock,
    timer: systemTimer,
    log: silentLog,
  })
  return {
    passed() {},
    ended() {},
    refused({ tried, code }) {
      attempts.note({ what: 'sign-in', person: null, tried, route: 'xmpp', code })
    },
  }
}

async function httpDoor(of: Directory): Promise<FastifyInstance> {
  const host = await fakeApiHost({ directory: of, throttle, domain })
  const app = appOn(createServer())
  const door = { host, routes, isTls: false, perMinute: 1e9, clientOf: () => '192.0.2.1' }
  await addApi(app, door)
  return app
}

function cell(times: readonly number[]): string {
  return judge(times, times.slice(0, 2), Math.random).medians[0].toFixed(2)
}

function line(
  kind: string,
  judged: Judgement,
  { asked, isTold }: { readonly asked: number; readonly isTold: boolean },
): string {
  const { difference, between, isLonger, p } = judged
  const isDifferent = p < 0.001
  const verdict = isTold
    ? 'CAN BE TOLD APART'
    : `not within ${(asked / guessesPerDay).toFixed(1)} days`
  return [
    (kind === 'nobody' ? 'nobody again' : kind).padEnd(14),
    `${sign(difference)} µs (99 %: ${sign(between[0])} to ${sign(between[1])})`,
    `longer ${(isLonger * 100).toFixed(1)} %`,
    `p ${p < 0.0001 ? '< 0.0001' : p.toFixed(4)}`,
    isDifferent ? verdict : 'no difference found',
  ].join('\t')
}

function sign(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`
}

function anyName(): string {
  return `x${Math.random().toString(36).slice(2, 9).padEnd(7, 'y')}`
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
