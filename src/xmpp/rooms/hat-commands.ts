// XEP-0317: Hats, version 0.3.1, sections 3.2 to 3.7: commands (XEP-0050) to a room
// Source: https://xmpp.org/extensions/xep-0317.html
import { type PersonId } from '../../directory/ports.ts'
import { el, type Element } from '../../xml/element.ts'
import { type Asker, type Command, type Completed } from '../commands/command.ts'
import { type Commands, createCommands } from '../commands/commands.ts'
import { badPayload } from '../commands/errors.ts'
import { createRuns } from '../commands/runs.ts'
import { type Host } from '../host.ts'
import { type Speaker } from '../services.ts'
import { buildForm, type Form, type FormField } from '../wire/data-form.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Asking, whom } from './admin.ts'
import { type HatChange } from './hats.ts'
import { authorOf, type Parts } from './parts.ts'
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

const addressField: FormField = {
  name: 'hats#jid',
  type: 'jid-single',
  label: 'Whose',
  isRequired: true,
}

/** The commands of each room. What waits for a form has its bounds over all of them together. */
export function createRoomCommands(host: Host, parts: () => Parts): (room: Room) => Commands {
  const known = new WeakMap<Room, Commands>()
  const runs = createRuns(host)
  host.onClosed(({ jid }) => runs.forget(jid.text))
  return (room) => {
    const found = known.get(room)
    if (found) return found
    const { directory, clock, random } = host
    const shared = { directory, clock, random, runs }
    const made = createCommands(room.state.address, hatCommands(room, parts()), shared)
    known.set(room, made)
    return made
  }
}

function hatCommands(room: Room, parts: Parts): Command[] {
  const asking = ({ speaker }: Asker): Asking => ({ room, from: speaker, parts })
  const owns = ({ speaker }: Asker): boolean => affiliationOf(room, speaker.id) === 'owner'
  const filledIn = (
    [name, title]: readonly [string, string],
    fields: (room: Room) => readonly FormField[],
    take: (form: Form, asking: Asking) => Promise<void>,
  ): Command => ({
    node: `${FORM}:${name}`,
    name: title,
    takesFormAtOnce: true,
    may: owns,
    start: () => ({
      kind: 'stage',
      form: buildForm('form', FORM, fields(room)),
      proceeds: 'complete',
      async take(form, asker) {
        await take(form, asking(asker))
        return shown(null)
      },
    }),
  })
  return [
    filledIn(['create', 'Make or change a hat'], hatFields, define),
    filledIn(['destroy', 'Destroy a hat'], choice, destroy),
    {
      node: `${FORM}:list`,
      name: 'Hats',
      may: ({ speaker }) => belongs(room, speaker),
      start: () => shown(list(room)),
    },
    filledIn(['assign', 'Give somebody a hat'], whose, assign),
    filledIn(['unassign', 'Take a hat from somebody'], whose, unassign),
    {
      node: `${FORM}:list-assigned`,
      name: 'Who wears which hat',
      may: owns,
      start: () => shown(listWorn(room)),
    },
  ]
}

function shown(form: Element | null): Completed {
  return { kind: 'completed', notes: [], form }
}

function belongs(room: Room, from: Speaker): boolean {
  const affiliation = affiliationOf(room, from.id)
  if (affiliation === 'outcast') return false
  return affiliation !== 'none' || occupantOf(room, from) !== null
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

async function define(form: Form, asking: Asking): Promise<void> {
  const { hats } = asking.room.state.extras
  const hat = hatIn(form)
  if (hats.length >= hatsMax && !hats.some(({ uri }) => uri === hat.uri))
    throw new StanzaError('resource-constraint', { text: `A room has at most ${hatsMax} hats.` })
  await change({ do: 'define', hat }, asking)
}

function hatIn(form: Form): Hat {
  const [title, uri, hue] = ['title', 'uri', 'hue'].map((name) => valueOf(form, name))
  if (!title || title.length > titleMax)
    throw badPayload(`A hat has a title of at most ${titleMax} characters.`)
  if (!uri || !uriForm.test(uri)) throw badPayload('A hat has a URI without spaces.')
  if (hue && (!hueForm.test(hue) || Number(hue) > 360))
    throw badPayload('A hue is an angle from 0 to 360.')
  return { title, uri, hue: hue || null }
}

async function destroy(form: Form, asking: Asking): Promise<void> {
  await change({ do: 'destroy', uri: knownUri(form, asking.room) }, asking)
}

async function assign(form: Form, asking: Asking): Promise<void> {
  const uri = knownUri(form, asking.room)
  const { person, address } = wearerIn(form, asking)
  const { wearers } = asking.room.state.extras
  if (wearers.some((one) => one.uri === uri && one.person === person)) return
  const own = wearers.filter((one) => one.person === person)
  if (wearers.length >= wornMax || own.length >= wornByOneMax) {
    throw new StanzaError('resource-constraint', {
      text: `A room gives ${wornMax} hats at most, and one person ${wornByOneMax}.`,
    })
  }
  await change({ do: 'assign', uri, person, address }, asking)
}

async function unassign(form: Form, asking: Asking): Promise<void> {
  const uri = valueOf(form, 'uri')
  const { person, address } = wearerIn(form, asking)
  const isWorn = asking.room.state.extras.wearers.some(
    (one) => one.uri === uri && one.person === person,
  )
  if (!isWorn) throw new StanzaError('item-not-found')
  await change({ do: 'unassign', uri, person, address }, asking)
}

function wearerIn(
  form: Form,
  { room, parts }: Asking,
): { readonly person: PersonId; readonly address: string } {
  return whom({ jid: valueOf(form, 'jid') }, room, parts)
}

function knownUri(form: Form, room: Room): string {
  const uri = valueOf(form, 'uri')
  if (room.state.extras.hats.some((hat) => hat.uri === uri)) return uri
  throw new StanzaError('item-not-found')
}

function valueOf(form: Form, name: string): string {
  return form.values.get(`hats#${name}`)?.[0] ?? ''
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

function list(room: Room): Element {
  const rows = room.state.extras.hats.map(({ title, uri, hue }) => [title, uri, hue ?? ''])
  return table('Hats', ['hats#title', 'hats#uri', 'hats#hue'], rows)
}

function listWorn(room: Room): Element {
  const { hats, wearers } = room.state.extras
  const byUri = new Map(hats.map((hat) => [hat.uri, hat]))
  const rows = wearers.map(({ address, uri }) => {
    const hat = byUri.get(uri)
    return [address, uri, hat?.title ?? '', hat?.hue ?? '']
  })
  const columns = ['hats#jid', 'hats#uri', 'hats#title', 'hats#hue']
  return table('Who wears which hat', columns, rows)
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
