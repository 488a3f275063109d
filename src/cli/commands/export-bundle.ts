import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { headsWantedMax, statedHeads, type StatedHeads } from '../../api/contract/shared.ts'
import { madeExport } from '../../api/contract/exports.ts'
import { OperatorError } from '../../base/errors.ts'
import { type HandleName } from '../../record/heads/ports.ts'
import { readConfig } from '../../server/config.ts'
import { exportBundle as writeExport, exportProof } from '../../server/export-bundle.ts'
import { administer } from '../admin.ts'
import {
  answer,
  type Call,
  type Command,
  settingsOptions,
  settingsSources,
  textOption,
  WrongUsage,
} from '../command.ts'

/** Parts of a record that can be masked, by the names that people type. LEDGER.md §3.3. */
const partNames: Readonly<Record<string, readonly number[]>> = {
  // Whoever masks the words masks the stanza that has them.
  content: [1, 2],
  wire: [2],
  files: [3],
  verdicts: [4],
}

/** Options that say what is exported. */
const narrowing = ['conversation', 'room', 'between', 'person', 'from', 'until', 'positions']

const list = { type: 'string', multiple: true } as const
const text = { type: 'string' } as const

/** Who exports what, and what for. */
export const scopeOptions = {
  as: text,
  purpose: text,
  matter: text,
  category: text,
  from: text,
  until: text,
  positions: text,
  all: { type: 'boolean' },
  conversation: list,
  room: list,
  between: list,
  person: list,
  mask: list,
  withhold: list,
} as const

/** The same, as it is typed. */
export const scopeUsage =
  '--as ADDRESS --purpose TEXT [--matter TEXT] [--category KIND] --all or what of it: [--conversation ID] [--room ADDRESS] [--between A,B] [--person ADDRESS] [--from TIME] [--until TIME] [--positions A-B]; [--mask PART] [--withhold A-B:REASON]'

export const exportBundle: Command = {
  name: 'export bundle',
  usage: `onrecord export bundle PATH         evidence for outsiders, a .zip, a folder, or of one record a .tlog-proof: ${scopeUsage} [--head SIZE] [--act POSITION]`,
  options: { ...settingsOptions, ...scopeOptions, act: text, head: list },
  words: 1,
  async run(call) {
    const [path = ''] = call.args
    if (existsSync(path))
      throw new OperatorError(
        'export.exists',
        `${path} is there already: name another file or folder`,
      )
    const again = textOption(call, 'act')
    const heads = texts(call, 'head').map((size) => wholeNumber('--head', size))
    // On record first: if we stop here, nothing was given away, and --act makes the bundle.
    const act =
      again === undefined
        ? madeExport.parse(await putOnRecord(call, { make: false })).act
        : wholeNumber('--act', again)
    const config = readConfig(settingsSources(call))
    if (path.endsWith('.tlog-proof')) {
      const proved = await exportProof(config, { act, path: resolve(path) })
      answer(
        call,
        `${path}: the proof of one record; the export is record ${act}, under a head of ${proved.size} records ${seenBy(proved)}`,
        { path, act, ...proved },
      )
      return 0
    }
    const stateHeads = async (wanted: readonly HandleName[]): Promise<readonly StatedHeads[]> =>
      await stated(call, wanted)
    const written = await writeExport(config, { act, path: resolve(path), heads, stateHeads })
    const { records, acts, excluded, positions, size } = written
    answer(
      call,
      `${path}: ${records} records and ${acts} acts of ${positions} positions, ${excluded} excluded; the export is record ${act}, under a head of ${size} records ${seenBy(written)}`,
      { path, act, ...written },
    )
    return 0
  },
}

function seenBy({ isWitnessed }: { readonly isWitnessed: boolean }): string {
  return isWitnessed ? 'that witnesses have cosigned' : 'that the log has signed'
}

/** So many at a time as the server takes. */
async function stated(call: Call, handles: readonly HandleName[]): Promise<readonly StatedHeads[]> {
  const found: StatedHeads[] = []
  for (let at = 0; at < handles.length; at += headsWantedMax) {
    const body = { wanted: handles.slice(at, at + headsWantedMax) }
    const answered = await administer(call, { method: 'POST', path: '/v1/heads', body })
    found.push(statedHeads.parse(answered))
  }
  return found
}

/** @param how.make by the server. @returns what the API answers */
export async function putOnRecord(
  call: Call,
  { make }: { readonly make: boolean },
): Promise<unknown> {
  const masked = texts(call, 'mask').flatMap((name) => partNames[name] ?? bad('--mask', name))
  const positions = textOption(call, 'positions')
  const [from, until] = [textOption(call, 'from'), textOption(call, 'until')]
  const isTimed = from !== undefined || until !== undefined
  if (textOption(call, 'as') === undefined) missing('--as', 'who exports')
  const purpose = textOption(call, 'purpose') ?? missing('--purpose', 'what for')
  checkScope(call)
  const body = {
    purpose,
    matter: textOption(call, 'matter'),
    category: textOption(call, 'category'),
    positions: positions === undefined ? undefined : rangeOf('--positions', positions),
    time: isTimed ? { from: timeOf('--from', from), until: timeOf('--until', until) } : undefined,
    conversations: given(call, 'conversation'),
    rooms: given(call, 'room'),
    between: given(call, 'between')?.map((pair) => pairOf(pair)),
    persons: given(call, 'person'),
    mask: [...new Set(masked)].toSorted((a, b) => a - b),
    withhold: texts(call, 'withhold').map(withheldOf),
    make,
  }
  return await administer(call, { method: 'POST', path: '/v1/exports', body })
}

/** Nobody gives away all that there is by forgetting to say what. */
function checkScope({ options }: Call): void {
  const isNarrowed = narrowing.some((name) => options[name] !== undefined)
  if (isNarrowed && options['all'] === true)
    throw new WrongUsage('--all is everything on record: leave it out, or what narrows it')
  if (!isNarrowed && options['all'] !== true)
    throw new WrongUsage(
      'nothing says what is exported: name it, such as with --conversation, --person or --from, or say --all for everything on record',
    )
}

function texts(call: Call, name: string): readonly string[] {
  const value = call.options[name]
  return Array.isArray(value) ? value.map(String) : []
}

/** Undefined where the option was not given: then it is no filter. */
function given(call: Call, name: string): readonly string[] | undefined {
  const all = texts(call, name)
  return all.length === 0 ? undefined : all
}

function missing(option: string, what: string): never {
  throw new WrongUsage(`${option} is missing: say ${what}`)
}

function bad(option: string, value: string): never {
  throw new WrongUsage(`${option} cannot be ${value}`)
}

function wholeNumber(option: string, value: string): number {
  return /^\d{1,15}$/.test(value) ? Number(value) : bad(option, value)
}

/** `10-20`, both ends included, or `10`: from (inclusive) to (exclusive). */
function rangeOf(option: string, value: string): { readonly from: number; readonly to: number } {
  const [, from, to = from] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(value) ?? []
  if (from === undefined || to === undefined || Number(from) > Number(to)) return bad(option, value)
  return { from: Number(from), to: Number(to) + 1 }
}

function withheldOf(value: string): {
  readonly from: number
  readonly to: number
  readonly reason: string
} {
  const colon = value.indexOf(':')
  const range = value.slice(0, Math.max(colon, 0))
  const reason = value.slice(colon + 1)
  if (colon < 0 || reason === '') return bad('--withhold', value)
  return { ...rangeOf('--withhold', range), reason }
}

/** ISO 8601; a day alone is its beginning in UTC. */
function timeOf(option: string, value: string | undefined): number | null {
  if (value === undefined) return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? bad(option, value) : ms
}

function pairOf(value: string): readonly [string, string] {
  const [one, other, ...more] = value.split(',')
  if (one === undefined || other === undefined || more.length > 0) return bad('--between', value)
  return [one, other]
}
