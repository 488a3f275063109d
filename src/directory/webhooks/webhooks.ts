// Webhooks of bots. Each change is an entry of the record first.
import { toHex } from '../../base/bytes.ts'
import { FatalError, OperatorError } from '../../base/errors.ts'
import { type Log } from '../../base/log.ts'
import { type Random } from '../../base/random.ts'
import { Secret } from '../../base/secret.ts'
import { type Opened } from '../../record/bodies/opened.ts'
import {
  type ActsOnRecord,
  type ActsRecord,
  createActsOnRecord,
} from '../../record/acts-on-record.ts'
import { personId, webhooksArchive } from '../../record/ids.ts'
import { type NewRecord, type PersonId } from '../../record/types.ts'
import { doneRecord } from '../acts.ts'
import { type Actor, type Directory } from '../ports.ts'
import {
  type Delivery,
  type Progress,
  type Webhook,
  type WebhookAct,
  type WebhookState,
} from './ports.ts'

const webhooksMax = 100
const secretBytes = 32
/** The name of a slash command. */
const commandForm = /^[a-z0-9-]{1,32}$/
const commandsMax = 20

export type Webhooks = {
  /** @returns with what its deliveries are signed, once. @throws {OperatorError} with one sentence */
  make(
    wanted: Pick<Webhook, 'bot' | 'url' | 'types' | 'commands'>,
    by: Actor,
  ): Promise<{ readonly webhook: Webhook; readonly secret: Secret<string> }>
  list(): readonly Webhook[]
  get(id: string): Webhook | null
  /** @throws {OperatorError} where there is none */
  remove(id: string, by: Actor): Promise<void>
  /** @throws {OperatorError} where there is none */
  setEnabled(id: string, change: { readonly enabled: boolean; readonly by: Actor }): Promise<void>
  deliveries(id: string, limit: number): Promise<readonly Delivery[]>
  /** For who delivers. */
  secretOf(id: string): Promise<Uint8Array | null>
  progressOf(id: string): Progress
  noteProgress(id: string, progress: Progress): Promise<void>
  noteDelivery(id: string, delivery: Delivery): Promise<void>
  /** Called when one was made, taken away, turned on or off. */
  onChanged(listener: (id: string) => void): void
}

type Parts = {
  readonly state: WebhookState
  readonly record: ActsRecord
  readonly directory: Pick<Directory, 'get'>
  readonly random: Random
  readonly log: Log
  /** @throws {OperatorError} where nothing may be sent */
  readonly mustBeReachable: (url: string) => void
}

/** Reads those that there are, and applies what is on record and not in the state. */
export async function openWebhooks(parts: Parts): Promise<Webhooks> {
  const { state, record, log } = parts
  const { applied, webhooks } = await state.load()
  const known = new Map<string, Webhook>()
  const progress = new Map<string, Progress>()
  const listeners: ((id: string) => void)[] = []
  for (const { cursor, failingSince, ...webhook } of webhooks) {
    known.set(webhook.id, webhook)
    progress.set(webhook.id, { cursor, failingSince })
  }
  const acts = createActsOnRecord<WebhookAct>({
    name: 'webhooks',
    record,
    archive: webhooksArchive,
    actOf,
    apply(act, { position }) {
      if (act.kind === 'webhook.make')
        progress.set(act.id, { cursor: position, failingSince: null })
      applyTo(known, act)
    },
    store: async (act, at) => await state.apply(act, at),
    applied,
    log,
  })
  await acts.catchUp()

  async function write(act: WebhookAct, by: Actor): Promise<void> {
    await acts.write(act, recordOf(act, by))
    const id = act.kind === 'webhook.make' ? act.id : act.webhook
    for (const listener of listeners) listener(id)
  }

  return {
    make: createMake({ ...parts, known, acts, write }),
    list: () => [...known.values()],
    get: (id) => known.get(id) ?? null,
    async remove(id, by) {
      await acts.inTurn(async () => {
        mustBeThere(known, id)
        await write({ kind: 'webhook.remove', webhook: id }, by)
        progress.delete(id)
      })
    },
    async setEnabled(id, { enabled, by }) {
      await acts.inTurn(async () => {
        if (mustBeThere(known, id).enabled === enabled) return
        // A day from now on.
        const { cursor } = progress.get(id) ?? none
        if (enabled) await noteProgress(id, { cursor, failingSince: null })
        await write({ kind: enabled ? 'webhook.enable' : 'webhook.disable', webhook: id }, by)
      })
    },
    deliveries: async (id, limit) => await state.deliveries(id, limit),
    secretOf: async (id) => await state.secretOf(id),
    progressOf: (id) => progress.get(id) ?? none,
    noteProgress,
    noteDelivery: async (id, delivery) => await state.noteDelivery(id, delivery),
    onChanged: (listener) => void listeners.push(listener),
  }

  async function noteProgress(id: string, next: Progress): Promise<void> {
    if (!known.has(id)) return
    progress.set(id, next)
    await state.progress(id, next)
  }
}

/** How one is made. */
function createMake({
  state,
  directory,
  random,
  mustBeReachable,
  known,
  acts,
  write,
}: Parts & {
  readonly known: ReadonlyMap<string, Webhook>
  readonly acts: Pick<ActsOnRecord<WebhookAct>, 'inTurn'>
  readonly write: (act: WebhookAct, by: Actor) => Promise<void>
}): Webhooks['make'] {
  return async ({ bot, url, types, commands }, by) => {
    mustBeReachable(url)
    refuseCommands(commands)
    const id = toHex(random.bytes(16))
    const secret = random.bytes(secretBytes)
    await state.putSecret(id, secret)
    return await acts.inTurn(async () => {
      const person = directory.get(bot)
      if (person?.role !== 'bot')
        throw new OperatorError('webhooks.no-bot', 'A webhook is for a bot: see onrecord bot list.')
      if (known.size >= webhooksMax)
        throw new OperatorError('webhooks.too-many', `There are ${webhooksMax} webhooks at most.`)
      const webhook = { id, bot, url, types: [...types], commands: [...commands] }
      await write({ kind: 'webhook.make', ...webhook }, by)
      const told = `whsec_${Buffer.from(secret).toString('base64')}`
      return { webhook: { ...webhook, enabled: true }, secret: new Secret(told) }
    })
  }
}

const none: Progress = { cursor: -1, failingSince: null }

function applyTo(known: Map<string, Webhook>, act: WebhookAct): void {
  if (act.kind === 'webhook.make') {
    const { kind: _kind, ...webhook } = act
    known.set(act.id, { ...webhook, enabled: true })
    return
  }
  const before = known.get(act.webhook)
  if (act.kind === 'webhook.remove') known.delete(act.webhook)
  else if (before) known.set(act.webhook, { ...before, enabled: act.kind === 'webhook.enable' })
}

function mustBeThere(known: ReadonlyMap<string, Webhook>, id: string): Webhook {
  const webhook = known.get(id)
  if (webhook) return webhook
  throw new OperatorError('webhooks.unknown', 'There is no such webhook: see the list of them.')
}

function refuseCommands(commands: readonly string[]): void {
  const wrong = commands.find((name) => !commandForm.test(name))
  if (wrong === undefined && commands.length <= commandsMax) return
  throw new OperatorError(
    'webhooks.command',
    `A webhook has ${commandsMax} commands at most, each of 1 to 32 of a-z, 0-9 and -.`,
  )
}

function recordOf({ kind, ...what }: WebhookAct, by: Actor): NewRecord {
  return doneRecord(kind, what, { by, archive: webhooksArchive })
}

/** @throws {FatalError} when it is none: the record is not what we wrote, or a newer program wrote it */
function actOf({
  position,
  envelope: { kind },
  content,
}: Pick<Opened, 'position' | 'envelope' | 'content'>): WebhookAct {
  const said: {
    readonly v: number
    readonly id: string
    readonly bot: string
    readonly url: string
    readonly types: readonly string[]
    readonly commands: readonly string[]
    readonly webhook: string
  } = JSON.parse(content)
  const { id, bot, url, types, commands, webhook } = said
  if (said.v === 1 && kind === 'webhook.make')
    return { kind, id, bot: botOf(bot), url, types, commands }
  if (
    said.v === 1 &&
    (kind === 'webhook.remove' || kind === 'webhook.disable' || kind === 'webhook.enable')
  )
    return { kind, webhook }
  throw new FatalError(`record ${position} is no act about a webhook`)
}

function botOf(id: string): PersonId {
  return personId(id)
}
