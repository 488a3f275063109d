import { memoryAccess } from '../fakes/access-state.ts'
import { type TestContext } from 'node:test'
import { silentLog } from '../../src/base/log.ts'
import { systemRandom } from '../../src/base/random.ts'
import { Secret } from '../../src/base/secret.ts'
import { openDirectory } from '../../src/directory/open.ts'
import { type Directory, type InvitationMode, type Role } from '../../src/directory/ports.ts'
import { type Form, readForm } from '../../src/xmpp/wire/data-form.ts'
import { parseJid } from '../../src/xmpp/wire/jid.ts'
import { ns } from '../../src/xmpp/wire/names.ts'
import { el, type Element, elements, textOf } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { fakeRecord } from '../fakes/record.ts'
import { freshState } from '../fakes/state.ts'
import { fakeTime } from '../fakes/timer.ts'
import { Scene } from './scene.ts'

const NS = 'http://jabber.org/protocol/commands'
const NS_ADMIN = 'http://jabber.org/protocol/admin'

/** What became of a command. */
export type Ran = {
  /** The status, or the condition of the error and the specific one behind a stroke. */
  readonly status: string
  readonly notes: readonly string[]
  /** Values by field; empty where there is no form. */
  readonly values: Form['values']
  readonly command: Element | null
}

export type AdminScene = {
  readonly scene: Scene
  readonly directory: Directory
  /** Adds a person. */
  readonly add: (name: string, role?: Role) => Promise<void>
  /** Begins a command of XEP-0133, by the end of its node or by the node. */
  readonly begin: (by: string, command: string) => Promise<Ran>
  /** Begins one, fills in its form, and sends that. */
  readonly run: (
    by: string,
    command: string,
    fields: Readonly<Record<string, readonly string[] | string>>,
  ) => Promise<Ran>
}

/** A scene over the directory itself. `boss` is an administrator, with a device that is there: `boss/desk`. */
export async function adminScene(t: TestContext, ...names: readonly string[]): Promise<AdminScene> {
  return await invitingScene(t, 'administrators', ...names)
}

/** The same where people may be invited. */
export async function invitingScene(
  t: TestContext,
  mode: InvitationMode,
  ...names: readonly string[]
): Promise<AdminScene> {
  const time = fakeTime()
  const record = fakeRecord(() => time.now())
  const directory = await openDirectory({
    access: memoryAccess(),
    state: await freshState(t),
    record,
    domain: 'localhost',
    parseAddress: parseJid,
    invitations: { mode, days: 7 },
    clock: time,
    elsewhere: null,
    scramIterations: 1,
    webCost: { memory: 8, passes: 1 },
    opening: { ownPassword: 'unless-factor', secondFactor: 'optional' },
    random: systemRandom(),
    log: silentLog,
  })
  const by = { commandLine: true } as const
  const add = async (name: string, role: Role = 'member'): Promise<void> => {
    const password = new Secret('secret')
    await directory.add({ address: `${name}@localhost`, password, role, by })
  }
  await add('boss', 'administrator')
  for (const name of new Set(names.map((device) => device.split('/', 1)[0] ?? ''))) await add(name)
  const scene = new Scene([], { directory, record, time })
  for (const name of ['boss/desk', ...names]) scene.connect(name)
  await scene.online('boss/desk', ...names)

  const ask: Ask = async (who, attrs, inside = '') => {
    const xml = `<command xmlns='${NS}' ${attrs}>${inside}</command>`
    return ranOf(await scene.set(who, xml, 'localhost'), scene.detail)
  }

  return {
    scene,
    directory,
    add,
    begin: async (who, command) => await ask(who, `node='${nodeOf(command)}'`),
    async run(who, command, fields) {
      const node = nodeOf(command)
      const begun = await ask(who, `node='${node}'`)
      if (begun.status !== 'executing') return begun
      const id = begun.command?.attrs['sessionid'] ?? ''
      const form = filledIn(begun.values.get('FORM_TYPE') ?? [], fields)
      return await ask(who, `node='${node}' sessionid='${id}'`, form)
    },
  }
}

type Ask = (who: string, attrs: string, inside?: string) => Promise<Ran>

function ranOf(answer: Element | string | null, detail: string | null): Ran {
  if (typeof answer === 'string' || answer === null) {
    const status = detail === null ? String(answer) : `${answer}/${detail}`
    return { status, notes: [], values: new Map(), command: null }
  }
  return {
    status: answer.attrs['status'] ?? '',
    notes: elements(answer)
      .filter(({ name }) => name === 'note')
      .map(textOf),
    values: readForm(answer)?.values ?? new Map(),
    command: answer,
  }
}

function nodeOf(command: string): string {
  return command.includes(':') ? command : `${NS_ADMIN}#${command}`
}

/** @param formType nothing where the form names none */
function filledIn(
  formType: readonly string[],
  fields: Readonly<Record<string, readonly string[] | string>>,
): string {
  const given = formType.length === 0 ? fields : { FORM_TYPE: formType, ...fields }
  const written = Object.entries(given).map(([name, values]) => {
    const all = typeof values === 'string' ? [values] : values
    const inside = all.map((value) => el('value', ns.dataForms, {}, value))
    return el('field', ns.dataForms, { var: name }, ...inside)
  })
  return serialize(el('x', ns.dataForms, { type: 'submit' }, ...written))
}
