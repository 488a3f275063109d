// Lines of a script that speak of other servers.
import { TcpLink } from '../../client/link.ts'
import { type Step } from './requests.ts'
import { sharedServer } from './server.ts'
import { type Stage } from './stage.ts'

/** A call that is owed comes sooner. It only ends cases that fail. */
const patienceMs = 15_000

export const serverSteps: readonly (readonly [RegExp, Step])[] = [
  [
    /^server: (?<name>\w+)(?: whose certificate is (?<fault>.+))?$/,
    async (stage, { name = '', fault = '' }) => {
      const { others } = await sharedServer()
      stage.names.set(name, others.take(fault))
    },
  ],
  [
    /^wire (?<who>\S+) at the servers$/,
    async (stage, { who = '' }) => await stage.connectWire(who, 'servers'),
  ],
  [
    /^(?<who>\S+) opens as (?<name>\w+)$/,
    (stage, { who = '', name = '' }) =>
      stage.link(who).begin(serverHeader(nameOf(stage, name), nameOf(stage, 'domain'))),
  ],
  [
    /^(?<who>\S+) goes over to TLS as (?<name>\w+)$/,
    async (stage, { who = '', name = '' }) => {
      const { others, domain } = await sharedServer()
      await stage.link(who).secure(domain, others.certificateOf(nameOf(stage, name)))
    },
  ],
  [/^(?<name>\w+) is called: (?<who>\S+)$/, isCalled],
  [
    /^text of (?<who>\S+) has (?<text>.+)$/,
    (stage, { who = '', text = '' }) => {
      const { received } = stage.link(who)
      if (!received.includes(text)) throw new Error(received)
    },
  ],
  [
    /^base64 of \{(?<name>\w+)\} is \{(?<as>\w+)\}$/,
    (stage, { name = '', as = '' }) =>
      void stage.names.set(as, Buffer.from(nameOf(stage, name)).toString('base64')),
  ],
  [
    /^\{(?<name>\w+)\} is (?<count>\d+) digits of hex$/,
    (stage, { name = '', count }) => {
      const text = nameOf(stage, name)
      if (!/^[0-9a-f]*$/.test(text) || text.length !== Number(count)) throw new Error(text)
    },
  ],
]

/** What a server opens a stream with. */
function serverHeader(from: string, to: string): string {
  return (
    `<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:db='jabber:server:dialback' ` +
    `xmlns:stream='http://etherx.jabber.org/streams' from='${from}' to='${to}' version='1.0'>`
  )
}

/** Our server has made a connection to it. */
async function isCalled(
  stage: Stage,
  { name = '', who = '' }: Readonly<Record<string, string>>,
): Promise<void> {
  const { others } = await sharedServer()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('nobody calls')), patienceMs)
  const called = others.called(nameOf(stage, name))
  const socket = await Promise.race([called, late.promise]).finally(() => clearTimeout(timer))
  stage.addWire(who, TcpLink.over(socket))
}

function nameOf({ names }: Stage, name: string): string {
  const found = names.get(name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}
