// Tables of what a document says and what the server does: see README.md beside this file.
import { describe, test } from 'node:test'
import { parsePattern } from './pattern.ts'
import { requestSteps, type Step } from './requests.ts'
import { serverSteps } from './server-steps.ts'
import { Stage } from './stage.ts'

export type Case = {
  /** Section of the document, like `8.5.2.1.1`. */
  readonly at: string
  /** The sentence, as it stands there; `[…]` where something is left out. */
  readonly says: string
  /** What is shown of it, where the sentence speaks of several things. */
  readonly that?: string
  /** Who does and sees what, a line each. */
  readonly script: string
}

/** @param document like `RFC 6121` or `XEP-0045 (1.35.5)` */
export function conform(document: string, title: string, cases: readonly Case[]): void {
  describe(`${document}, ${title}`, () => {
    for (const { at, says, that, script } of cases) {
      const name = `${at}${that === undefined ? '' : ` (${that})`}: ${says}`
      test(name, async () => {
        const stage = await Stage.open()
        try {
          await play(stage, script)
        } finally {
          stage.close()
        }
      })
    }
  })
}

/** What the lines say. */
export async function play(stage: Stage, script: string): Promise<void> {
  for (const line of linesOf(script)) await run(stage, line)
}

/** Lines that begin with `<`, or with `|`, go on what the line before says. */
function linesOf(script: string): readonly string[] {
  const lines: string[] = []
  for (const raw of script.split('\n')) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    if (/^[<|]/.test(line)) lines.push(`${lines.pop() ?? ''}${line.replace(/^\|/, '')}`)
    else lines.push(line)
  }
  return lines
}

const steps: readonly (readonly [RegExp, Step])[] = [
  ...serverSteps,
  [/^there: (?<list>.+)$/, there],
  [
    /^administrator: (?<who>\w+)$/,
    async (stage, { who = '' }) => await stage.addPerson(who, 'administrator'),
  ],
  [/^account: (?<who>\w+)$/, async (stage, { who = '' }) => await stage.addPerson(who)],
  [/^outsider: (?<who>\w+)$/, async (stage, { who = '' }) => await stage.addOutsider(who)],
  [
    /^(?<who>\S+) signs in as (?<person>\w+)$/,
    async (stage, { who = '', person = '' }) => await stage.signInWire(who, person),
  ],
  [
    /^(?<who>\S+) binds (?<device>\S+)$/,
    async (stage, { who = '', device = '' }) => await stage.bindWire(who, device),
  ],
  [
    /^(?<who>\S+) opens(?<attrs> .+)?$/,
    (stage, { who = '', attrs }) => stage.openWire(who, attrs ?? ''),
  ],
  [
    /^\{(?<name>\w+)\} proves \{(?<token>\w+)\} of (?<person>\w+)$/,
    (stage, { name = '', token = '', person = '' }) => stage.proveToken(name, { token, person }),
  ],
  [/^(?<who>\S+) goes over to TLS$/, async (stage, { who = '' }) => await stage.secureWire(who)],
  [/^(?<who>\S+) connects$/, async (stage, { who = '' }) => await stage.connect(who)],
  [/^(?<who>\S+) arrives(?: with priority (?<priority>-?\d+))?$/, arrive],
  [/^(?<who>\S+) leaves$/, async (stage, { who = '' }) => await leave(stage, who, true)],
  [/^(?<who>\S+) is cut off$/, async (stage, { who = '' }) => await leave(stage, who, false)],
  [/^(?<who>\S+) joins (?<room>\S+) as (?<nick>.+)$/, join],
  [/^(?<who>\S+) makes (?<room>\S+) as (?<nick>\S+)(?: with (?<values>.+))?$/, make],
  [/^(?<who>\S+) configures (?<room>\S+): (?<values>.+)$/, configure],
  [/^all is read$/, async (stage) => await stage.readAll()],
  [
    /^wire (?<who>\S+) over direct TLS$/,
    async (stage, { who = '' }) => await stage.connectWire(who, 'direct-tls'),
  ],
  [
    /^wire (?<who>\S+) at the components$/,
    async (stage, { who = '' }) => await stage.connectWire(who, 'components'),
  ],
  [
    /^(?<who>\S+) shakes hands with (?<secret>\S+)$/,
    (stage, { who = '', secret = '' }) => stage.shakeHands(who, secret),
  ],
  [/^the server starts again$/, async (stage) => await stage.restart()],
  [/^wire (?<who>\S+)$/, async (stage, { who = '' }) => await stage.connectWire(who)],
  [/^(?<who>\S+) is ended$/, async (stage, { who = '' }) => await stage.party(who).ended()],
  [/^(?<who>\S+) > (?<xml>.+)$/, (stage, { who = '', xml = '' }) => stage.send(who, xml)],
  [
    /^(?<who>\S+) < (?<xml>.+)$/,
    async (stage, { who = '', xml = '' }) => void (await stage.take(who, xml)),
  ],
  [
    /^(?<who>\S+) next < (?<xml>.+)$/,
    async (stage, { who = '', xml = '' }) => void (await stage.take(who, xml, true)),
  ],
  [/^(?<who>\S+) !< (?<xml>.+)$/, lacks],
  ...requestSteps,
]

async function run(stage: Stage, line: string): Promise<void> {
  for (const [pattern, step] of steps) {
    const match = pattern.exec(line)
    if (!match) continue
    try {
      await step(stage, match.groups ?? {})
    } catch (error) {
      throw new Error(`${line}\n${String(error)}`, { cause: error })
    }
    return
  }
  throw new Error(`no step is written like this: ${line}`)
}

/** `ann, bo/desk 5, bo/phone -1, cy connected`, and `ann=bo` for contacts, who are to be named as devices before. */
async function there(stage: Stage, { list = '' }: Readonly<Record<string, string>>): Promise<void> {
  const items = list.split(',').map((item) => item.trim())
  const devices = items.filter((item) => !item.includes('='))
  await Promise.all(devices.map(async (item) => await stage.connect(item.split(' ')[0] ?? '')))
  for (const item of items.filter((other) => other.includes('='))) {
    const [one = '', other = ''] = item.split('=')
    await stage.befriend(one, other)
  }
  for (const item of devices) {
    const [who = '', how = '0'] = item.split(' ')
    if (how !== 'connected') stage.send(who, presence(how))
  }
  await stage.readAll()
}

function presence(priority: string): string {
  return priority === '0' ? '<presence/>' : `<presence><priority>${priority}</priority></presence>`
}

async function arrive(
  stage: Stage,
  { who = '', priority }: Readonly<Record<string, string>>,
): Promise<void> {
  await stage.connect(who)
  stage.send(who, presence(priority ?? '0'))
  await stage.settle()
}

async function leave(stage: Stage, who: string, isPolite: boolean): Promise<void> {
  const party = stage.party(who)
  stage.leave(who, isPolite)
  await party.ended()
  await stage.settle()
}

async function join(
  stage: Stage,
  { who = '', room = '', nick = '' }: Readonly<Record<string, string>>,
): Promise<void> {
  await stage.join(who, room, nick)
  await stage.readAll()
}

async function make(
  stage: Stage,
  { who = '', room = '', nick = '', values = '' }: Readonly<Record<string, string>>,
): Promise<void> {
  await stage.join(who, room, nick)
  await stage.configure(who, room, valuesOf(values))
  await stage.readAll()
}

async function configure(
  stage: Stage,
  { who = '', room = '', values = '' }: Readonly<Record<string, string>>,
): Promise<void> {
  await stage.configure(who, room, valuesOf(values))
}

/** `membersonly=1 maxusers=10`. */
function valuesOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(' ').filter((pair) => pair !== '')
  return new Map(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']))
}

async function lacks(
  stage: Stage,
  { who = '', xml = '' }: Readonly<Record<string, string>>,
): Promise<void> {
  await stage.settle()
  const party = stage.party(who)
  if (party.has(parsePattern(xml, stage.names), stage.names)) throw new Error(party.unread())
}
