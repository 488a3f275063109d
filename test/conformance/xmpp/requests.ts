// Lines of a script that speak of requests and their answers, and of files over HTTP.
import { filled } from './pattern.ts'
import { type Stage } from './stage.ts'

type Groups = Readonly<Record<string, string>>
export type Step = (stage: Stage, groups: Groups) => void | Promise<void>

const stanzas = 'urn:ietf:params:xml:ns:xmpp-stanzas'

export const requestSteps: readonly (readonly [RegExp, Step])[] = [
  [
    /^(?<who>\S+) (?<type>gets|sets)(?: (?<to>\S+))?: (?<xml>.+)$/,
    (stage, { who = '', type, to, xml = '' }) =>
      stage.ask(who, { type: type === 'gets' ? 'get' : 'set', to: to ?? null, xml }),
  ],
  [
    /^(?<who>\S+) does(?: (?<to>\S+))?: (?<xml>.+)$/,
    async (stage, { who = '', to, xml = '' }) => {
      stage.ask(who, { type: 'set', to: to ?? null, xml })
      await stage.takeAnswer(who, `<iq type='result'/>`)
    },
  ],
  [
    /^(?<who>\S+) is given nothing$/,
    async (stage, { who = '' }) => await isGivenNothing(stage, who),
  ],
  [
    /^(?<who>\S+) is given (?<xml><.+)$/,
    async (stage, { who = '', xml = '' }) => {
      await stage.takeAnswer(who, `<iq type='result'>${xml}</iq>`)
    },
  ],
  [/^(?<who>\S+) is refused (?<type>[a-z]+) (?<condition>[a-z-]+)(?: (?<xml><.+))?$/, isRefused],
  [
    /^(?<who>\S+) wants (?<nodes>.+)$/,
    async (stage, { who = '', nodes = '' }) => await stage.want(who, nodes.split(', ')),
  ],
  [
    /^(?<method>PUT|GET|HEAD|OPTIONS|POST) (?<url>\S+?)(?: (?<headers>\S.*?))?(?:: (?<body>.*))?$/,
    async (stage, { method = '', url = '', headers = '', body }) =>
      await stage.http({
        method,
        url,
        headers: headersOf(filled(headers, stage.names)),
        body: body ?? null,
      }),
  ],
  [
    /^status (?<status>\d+)$/,
    (stage, { status }) => {
      const { answer } = stage
      if (String(answer.status) !== status) throw new Error(`${answer.status} ${answer.body}`)
    },
  ],
  [
    /^header (?<name>[\w-]+)(?: (?<pattern>.+))?$/,
    (stage, { name = '', pattern }) => {
      const value = stage.answer.headers.get(name)
      if (pattern === undefined ? value !== null : value === null || !stage.fits(value, pattern))
        throw new Error(`${name}: ${value}`)
    },
  ],
  [
    /^it gives (?<xml><.+)$/,
    (stage, { xml = '' }) => {
      if (!stage.gives(xml)) throw new Error(stage.answer.body)
    },
  ],
  [
    /^body(?: (?<pattern>.*))?$/,
    (stage, { pattern = '' }) => {
      const { body } = stage.answer
      if (!stage.fits(body, pattern)) throw new Error(body)
    },
  ],
]

async function isGivenNothing(stage: Stage, who: string): Promise<void> {
  const result = await stage.takeAnswer(who, `<iq type='result'/>`)
  if (result.children.length > 0) throw new Error('there is something in it')
}

async function isRefused(
  stage: Stage,
  { who = '', type = '', condition = '', xml = '' }: Groups,
): Promise<void> {
  const error = `<error type='${type}'><${condition} xmlns='${stanzas}'/>${xml}</error>`
  await stage.takeAnswer(who, `<iq type='error'>${error}</iq>`)
}

/** `content-type=text/plain range=bytes=0-3`. */
function headersOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(' ').filter((pair) => pair !== '')
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1).replaceAll('_', ' ')] as const
    }),
  )
}
