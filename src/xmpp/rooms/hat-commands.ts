// XEP-0317: Hats, version 0.3.1, sections 3.2 to 3.7: commands (XEP-0050) to a room
// Source: https://xmpp.org/extensions/xep-0317.html
import { type PersonId } from '../../directory/ports.ts'
import { child, el, type Element } from '../../xml/element.ts'
import { buildForm, type Form, type FormField, readForm } from '../wire/data-form.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking, whom } from './admin.ts'
import { type HatChange } from './hats.ts'
import { authorOf } from './parts.ts'
import { NS_COMMANDS } from './names.ts'
import { type Hat } from './ports.ts'
import { showToAll } from './presence.ts'
import { affiliationOf, occupantOf, type Room } from './room.ts'
import { tellConfigChanged } from './tell.ts'

const FORM = 'urn:xmpp:hats:commands'

const hatsMax = 50
/** Hats on heads, in one room. */
const wornMax = 1_000
/** Each is in every presence of who wears it. */
const wornByOneMax = 10
/** UTF-16 units. */
const titleMax = 100
/** A URI: printable ASCII without spaces. */
const uriForm = /^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7e]{1,250}$/
/** XEP-0392: an angle. */
const hueForm = /^\d{1,3}(\.\d{1,9})?$/

type Command = {
  readonly name: string
  readonly title: string
  readonly isForOwners: boolean
  /** What is to be filled in; null where there is nothing to ask. */
  readonly fields: ((room: Room) => readonly FormField[]) | null
  /** @returns what there is to show @throws {StanzaError} */
  readonly run: (form: Form | null, asking: Asking) => Promise<Element | null>
}

const addressField: FormField = {
  name: 'hats#jid',
  type: 'jid-single',
  label: 'Whose',
  isRequired: true,
}

/** By node. */
const commands: ReadonlyMap<string, Command> = new Map(
  [
    {
      name: 'create',
      title: 'Make or change a hat',
      isForOwners: true,
      fields: hatFields,
      run: define,
    },
    { name: 'destroy', title: 'Destroy a hat', isForOwners: true, fields: choice, run: destroy },
    { name: 'list', title: 'Hats', isForOwners: false, fields: null, run: list },
    { name: 'assign', title: 'Give somebody a hat', isForOwners: true, fields: whose, run: assign },
    {
      name: 'unassign',
      title: 'Take a hat from somebody',
      isForOwners: true,
      fields: whose,
      run: unassign,
    },
    {
      name: 'list-assigned',
      title: 'Who wears which hat',
      isForOwners: true,
      fields: null,
      run: listWorn,
    },
  ].map((command) => [`${FORM}:${command.name}`, command]),
)

/** XEP-0050 section 2.2: the commands that somebody may give here. */
export function commandItems({ room, from }: Pick<Asking, 'room' | 'from'>): Element[] {
  const jid = room.state.address
  return [...commands]
    .filter(([, command]) => mayRun(command, { room, from }))
    .map(([node, { title }]) => el('item', ns.discoItems, { jid, node, name: title }))
}

/** XEP-0050 section 2.3. Null where there is no such command. */
export function commandInfo(node: string): Element | null {
  const command = commands.get(node)
  if (!command) return null
  const identity = { category: 'automation', type: 'command-node', name: command.title }
  const features = [NS_COMMANDS, ns.dataForms].map((name) =>
    el('feature', ns.discoInfo, { var: name }),
  )
  return el('query', ns.discoInfo, { node }, el('identity', ns.discoInfo, identity), ...features)
}

/** A command: its form, or what became of it. Nothing is kept between the two. @throws {StanzaError} */
export async function runCommand(request: Element, asking: Asking): Promise<Element> {
  const { node = '', action = 'execute' } = request.attrs
  const command = commands.get(node)
  if (request.name !== 'command' || !command) throw new StanzaError('item-not-found')
  if (!mayRun(command, asking)) throw new StanzaError('forbidden')
  const session = request.attrs['sessionid'] ?? asking.parts.host.random.bytes(8).toString('hex')
  const answer = (status: string, ...children: readonly Element[]): Element =>
    el('command', NS_COMMANDS, { node, sessionid: session, status }, ...children)
  const form = readForm(request)
  if (action === 'cancel' || form?.kind === 'cancel') return answer('canceled')
  if (command.fields && !child(request, 'x', ns.dataForms)) {
    const actions = el('actions', NS_COMMANDS, { execute: 'complete' }, el('complete', NS_COMMANDS))
    return answer('executing', actions, buildForm('form', FORM, command.fields(asking.room)))
  }
  if (command.fields && (form?.kind !== 'submit' || form.formType !== FORM)) throw badPayload()
  const result = await command.run(form, asking)
  return answer('completed', ...(result ? [result] : []))
}

function mayRun({ isForOwners }: Command, { room, from }: Pick<Asking, 'room' | 'from'>): boolean {
  const affiliation = affiliationOf(room, from.id)
  if (affiliation === 'owner') return true
  const belongs = affiliation === 'admin' || affiliation === 'member'
  return !isForOwners && (belongs || occupantOf(room, from) !== null)
}

/** XEP-0050 section 4.4. */
function badPayload(text?: string): StanzaError {
  const detail = el('bad-payload', NS_COMMANDS)
  return new StanzaError('bad-request', text === undefined ? { detail } : { detail, text })
}

function hatFields(): FormField[] {
  return [
    { name: 'hats#title', type: 'text-single', label: 'Title', isRequired: true },
    { name: 'hats#uri', type: 'text-single', label: 'URI', isRequired: true },
    { name: 'hats#hue', type: 'text-single', label: 'Hue' },
  ]
}

function choice(room: Room): FormField[] {
  const options = room.state.extras.hats.map(({ uri }) => uri)
  return [{ name: 'hats#uri', type: 'list-single', label: 'The hat', options, isRequired: true }]
}

function whose(room: Room): FormField[] {
  return [addressField, ...choice(room)]
}

async function define(form: Form | null, asking: Asking): Promise<null> {
  const { hats } = asking.room.state.extras
  const hat = hatIn(form)
  if (hats.length >= hatsMax && !hats.some(({ uri }) => uri === hat.uri))
    throw new StanzaError('resource-constraint', { text: `A room has at most ${hatsMax} hats.` })
  await change({ do: 'define', hat }, asking)
  return null
}

function hatIn(form: Form | null): Hat {
  const [title, uri, hue] = ['title', 'uri', 'hue'].map((name) => valueOf(form, name))
  if (!title || title.length > titleMax)
    throw badPayload(`A hat has a title of at most ${titleMax} characters.`)
  if (!uri || !uriForm.test(uri)) throw badPayload('A hat has a URI without spaces.')
  if (hue && (!hueForm.test(hue) || Number(hue) > 360))
    throw badPayload('A hue is an angle from 0 to 360.')
  return { title, uri, hue: hue || null }
}

async function destroy(form: Form | null, asking: Asking): Promise<null> {
  await change({ do: 'destroy', uri: knownUri(form, asking.room) }, asking)
  return null
}

async function assign(form: Form | null, asking: Asking): Promise<null> {
  const uri = knownUri(form, asking.room)
  const { person, address } = wearerIn(form, asking)
  const { wearers } = asking.room.state.extras
  if (wearers.some((one) => one.uri === uri && one.person === person)) return null
  const own = wearers.filter((one) => one.person === person)
  if (wearers.length >= wornMax || own.length >= wornByOneMax) {
    throw new StanzaError('resource-constraint', {
      text: `A room gives ${wornMax} hats at most, and one person ${wornByOneMax}.`,
    })
  }
  await change({ do: 'assign', uri, person, address }, asking)
  return null
}

async function unassign(form: Form | null, asking: Asking): Promise<null> {
  const uri = valueOf(form, 'uri')
  const { person, address } = wearerIn(form, asking)
  const isWorn = asking.room.state.extras.wearers.some(
    (one) => one.uri === uri && one.person === person,
  )
  if (!isWorn) throw new StanzaError('item-not-found')
  await change({ do: 'unassign', uri, person, address }, asking)
  return null
}

function wearerIn(
  form: Form | null,
  { room, parts }: Asking,
): { readonly person: PersonId; readonly address: string } {
  return whom({ jid: valueOf(form, 'jid') }, room, parts)
}

function knownUri(form: Form | null, room: Room): string {
  const uri = valueOf(form, 'uri')
  if (room.state.extras.hats.some((hat) => hat.uri === uri)) return uri
  throw new StanzaError('item-not-found')
}

function valueOf(form: Form | null, name: string): string {
  return form?.values.get(`hats#${name}`)?.[0] ?? ''
}

/** On record; then whoever wears something else is shown anew, and where the list is another one, all are told. */
async function change(what: HatChange, { room, from, parts }: Asking): Promise<void> {
  const before = room.state.extras.wearers
  await parts.rooms.act({ kind: 'room.hats', id: room.state.id, change: what }, authorOf(from))
  const uri = what.do === 'define' ? what.hat.uri : what.uri
  const changed = new Set(
    [...before, ...room.state.extras.wearers]
      .filter((one) => one.uri === uri)
      .filter(({ person }) => !('person' in what) || what.person === person)
      .map(({ person }) => person),
  )
  for (const occupant of room.occupants.values())
    if (changed.has(occupant.person)) showToAll(room, occupant, {})
  if (what.do === 'define' || what.do === 'destroy') tellConfigChanged(room)
}

async function list(_form: Form | null, { room }: Asking): Promise<Element> {
  const rows = room.state.extras.hats.map(({ title, uri, hue }) => [title, uri, hue ?? ''])
  return await Promise.resolve(table('Hats', ['hats#title', 'hats#uri', 'hats#hue'], rows))
}

async function listWorn(_form: Form | null, { room }: Asking): Promise<Element> {
  const { hats, wearers } = room.state.extras
  const byUri = new Map(hats.map((hat) => [hat.uri, hat]))
  const rows = wearers.map(({ address, uri }) => {
    const hat = byUri.get(uri)
    return [address, uri, hat?.title ?? '', hat?.hue ?? '']
  })
  const columns = ['hats#jid', 'hats#uri', 'hats#title', 'hats#hue']
  return await Promise.resolve(table('Who wears which hat', columns, rows))
}

/** XEP-0004 section 3.4. */
function table(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): Element {
  const reported = el('reported', ns.dataForms, {}, ...columns.map((name) => cell(name)))
  const items = rows.map((row) =>
    el('item', ns.dataForms, {}, ...columns.map((name, i) => cell(name, row[i] ?? ''))),
  )
  const heading = el('title', ns.dataForms, {}, title)
  return el('x', ns.dataForms, { type: 'result' }, heading, reported, ...items)
}

function cell(name: string, ...values: readonly string[]): Element {
  const texts = values.map((value) => el('value', ns.dataForms, {}, value))
  return el('field', ns.dataForms, { var: name }, ...texts)
}
