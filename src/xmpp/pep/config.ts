// XEP-0060 section 8.2: how a node is set up, and the form for it (section 16.4.4).
import { type Element, elements } from '../../xml/element.ts'
import { buildForm, type Form, type FormField, type FormKind, readForm } from '../wire/data-form.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { pubsubError } from './errors.ts'
import { itemBytesMax, itemsPerNodeMax, textUnitsMax } from './limits.ts'
import { NS_PUBSUB } from './names.ts'
import { type NodeConfig, type PepNode } from './ports.ts'

export const NS_NODE_CONFIG = 'http://jabber.org/protocol/pubsub#node_config'
const groupsMax = 100

/** XEP-0163 section 6: smart defaults. */
export const defaultConfig: NodeConfig = {
  title: '',
  description: '',
  payloadType: '',
  accessModel: 'presence',
  rosterGroups: [],
  persistItems: true,
  maxItems: 1,
  itemExpireSeconds: null,
  sendLast: 'on_sub_and_presence',
  deliverNotifications: true,
  deliverPayloads: true,
  notifyRetract: true,
  notifyDelete: true,
  notifyConfig: false,
  notificationType: 'headline',
  allowSubscriptions: true,
}

/** XEP-0223: for the person alone. */
export const privateConfig: NodeConfig = {
  ...defaultConfig,
  accessModel: 'whitelist',
  maxItems: null,
  sendLast: 'never',
}

/** XEP-0292 section 5.2: cards of contacts are their keeper's own, unless he says otherwise. */
const privateNodes: ReadonlySet<string> = new Set(['urn:xmpp:contacts'])

/** A node as it was written, by this version or one before, which did not know all of it. */
export function wholeNode(written: PepNode): PepNode {
  const config = { ...defaultConfig, ...written.config }
  return { ...written, config, requests: written.requests ?? [] }
}

/** The settings of a node that nobody has set up. */
export function defaultsOf(name: string): NodeConfig {
  return privateNodes.has(name) ? privateConfig : defaultConfig
}

type Field = {
  readonly type: NonNullable<FormField['type']>
  readonly label: string
  readonly options?: readonly string[]
  readonly show: (config: NodeConfig) => readonly string[]
  /** Null: not a value that it can have. */
  readonly read: (values: readonly string[]) => Partial<NodeConfig> | null
}

const accessModels = ['open', 'presence', 'roster', 'authorize', 'whitelist'] as const
/** Of `pubsub#item_expire`: a hundred years. */
const expireSecondsMax = 3_155_760_000
const whenToSend = ['never', 'on_sub', 'on_sub_and_presence'] as const
const notificationTypes = ['normal', 'headline'] as const

/** What can be set, by the field's name without `pubsub#`. Those that have one value only are there because clients ask for it. */
const fields: Readonly<Record<string, Field>> = {
  title: text('title', 'Name of the node'),
  description: text('description', 'What the node is for'),
  type: text('payloadType', 'Namespace of the payloads'),
  access_model: {
    ...list('accessModel', 'Who may read', accessModels),
    read: (values) => {
      const model = accessModels.find((name) => name === values[0])
      if (!model) throw pubsubError('not-acceptable', 'unsupported-access-model')
      return { accessModel: model }
    },
  },
  roster_groups_allowed: {
    type: 'list-multi',
    label: 'Groups of contacts that may read',
    show: ({ rosterGroups }) => rosterGroups,
    read: (values) =>
      values.length > groupsMax || values.some((value) => value.length > textUnitsMax)
        ? null
        : { rosterGroups: values },
  },
  persist_items: flag('persistItems', 'Whether items are kept'),
  max_items: {
    type: 'text-single',
    label: `How many items are kept, ${itemsPerNodeMax} at most`,
    show: ({ maxItems }) => [maxItems === null ? 'max' : String(maxItems)],
    read: ([value = '']) => {
      if (value === 'max') return { maxItems: null }
      const count = /^\d{1,9}$/.test(value) ? Number(value) : 0
      return count >= 1 && count <= itemsPerNodeMax ? { maxItems: count } : null
    },
  },
  item_expire: {
    type: 'text-single',
    label: 'After how many seconds items are gone',
    show: ({ itemExpireSeconds }) => [
      itemExpireSeconds === null ? 'max' : String(itemExpireSeconds),
    ],
    read: ([value = '']) => {
      if (value === 'max') return { itemExpireSeconds: null }
      const seconds = /^\d{1,10}$/.test(value) ? Number(value) : 0
      return seconds >= 1 && seconds <= expireSecondsMax ? { itemExpireSeconds: seconds } : null
    },
  },
  send_last_published_item: list('sendLast', 'When the newest item is sent', whenToSend),
  deliver_notifications: flag('deliverNotifications', 'Whether anybody is notified'),
  deliver_payloads: flag('deliverPayloads', 'Whether notifications have the payload'),
  notify_retract: flag('notifyRetract', 'Whether a retracted item is told'),
  notify_delete: flag('notifyDelete', 'Whether the end of the node is told'),
  notify_config: flag('notifyConfig', 'Whether new settings are told'),
  notification_type: list('notificationType', 'Type of the notifications', notificationTypes),
  subscribe: flag('allowSubscriptions', 'Whether others may subscribe'),
  publish_model: only('publishers', 'Who may publish'),
  node_type: only('leaf', 'Kind of node'),
  max_payload_size: {
    type: 'text-single',
    label: 'Longest payload, in bytes',
    show: () => [String(itemBytesMax)],
    read: ([value = '']) => (/^\d{1,9}$/.test(value) && Number(value) <= itemBytesMax ? {} : null),
  },
}

/** The settings as a form. */
export function configForm(kind: FormKind, config: NodeConfig): Element {
  return formOf(kind, NS_NODE_CONFIG, config, Object.keys(fields))
}

/** XEP-0060 section 5.4: what others are told of a node. */
export function metadataForm(config: NodeConfig, more: readonly FormField[]): Element {
  const told = ['title', 'description', 'type', 'access_model', 'publish_model', 'max_items']
  const shown = told.map((name) => fieldOf(name, config))
  return buildForm('result', 'http://jabber.org/protocol/pubsub#meta-data', [...shown, ...more])
}

function formOf(
  kind: FormKind,
  formType: string,
  config: NodeConfig,
  names: readonly string[],
): Element {
  return buildForm(
    kind,
    formType,
    names.map((name) => fieldOf(name, config)),
  )
}

function fieldOf(name: string, config: NodeConfig): FormField {
  const field = fields[name]
  if (!field) throw new RangeError(`no field ${name}`)
  const { type, label, options = [], show } = field
  return { name: `pubsub#${name}`, type, label, options, values: show(config) }
}

/**
 * The form in `parent`, filled in or cancelled; null where there is none.
 *
 * @throws {StanzaError} bad-request, for one that is none of this type
 */
export function submittedForm(parent: Element | undefined, formType: string): Form | null {
  const forms = parent
    ? elements(parent).filter(({ name, ns: of }) => name === 'x' && of === ns.dataForms)
    : []
  if (!parent || forms.length === 0) return null
  const form = forms.length === 1 ? readForm(parent) : null
  const isOther = form?.kind === 'submit' && form.formType !== null && form.formType !== formType
  if (!form || isOther || (form.kind !== 'submit' && form.kind !== 'cancel')) {
    throw new StanzaError('bad-request', { text: `A form of the type ${formType} is expected.` })
  }
  return form
}

/** XEP-0060 section 7.1.5: there is a form in it, and it says of which type it is. @throws {StanzaError} bad-request */
export function publishOptions([options, ...more]: readonly Element[]): Form | null {
  const type = `${NS_PUBSUB}#publish-options`
  const form = submittedForm(options, type)
  if (options && (more.length > 0 || form?.kind !== 'submit' || form.formType !== type)) {
    throw new StanzaError('bad-request', { text: `A form of the type ${type} is expected.` })
  }
  return form
}

/**
 * The settings with those of a form. Fields that are not known are passed over (XEP-0004 section 3.2).
 *
 * @throws {StanzaError} XEP-0060 section 8.2.5.2
 */
export function withForm(config: NodeConfig, form: Form | null): NodeConfig {
  let next = config
  for (const [name, values] of form?.values ?? []) {
    const field = fieldNamed(name)
    if (!field) continue
    const read = valuesRead(field, values)
    if (!read) {
      throw new StanzaError('not-acceptable', { text: `${name} cannot be ${values.join(', ')}.` })
    }
    next = { ...next, ...read }
  }
  return next
}

/** XEP-0060 section 7.1.5: whether a node is as a publish wants it. A field that is not known is a condition that is not met. */
export function meets(config: NodeConfig, form: Form): boolean {
  for (const [name, values] of form.values) {
    if (name === 'FORM_TYPE') continue
    const field = fieldNamed(name)
    if (!field) return false
    const read = valuesRead(field, values)
    if (!read) return false
    const wanted = field.show({ ...config, ...read })
    if (field.show(config).join('\n') !== wanted.join('\n')) return false
  }
  return true
}

/** Whether a publish asks for nothing but what can be set. */
export function isKnown(form: Form): boolean {
  return [...form.values.keys()].every((name) => name === 'FORM_TYPE' || fieldNamed(name))
}

/** XEP-0004 section 3.3: one value, but for lists of more. */
function valuesRead({ type, read }: Field, values: readonly string[]): Partial<NodeConfig> | null {
  return values.length > 1 && !type.endsWith('-multi') ? null : read(values)
}

function fieldNamed(name: string): Field | undefined {
  const [prefix, rest = ''] = name.split('#', 2)
  return prefix === 'pubsub' && Object.hasOwn(fields, rest) ? fields[rest] : undefined
}

function text(key: 'title' | 'description' | 'payloadType', label: string): Field {
  return {
    type: 'text-single',
    label,
    show: (config) => (config[key] === '' ? [] : [config[key]]),
    read: ([value = '']) => (value.length > textUnitsMax ? null : { [key]: value }),
  }
}

type Flag =
  | 'persistItems'
  | 'deliverNotifications'
  | 'deliverPayloads'
  | 'notifyRetract'
  | 'notifyDelete'
  | 'notifyConfig'
  | 'allowSubscriptions'

function flag(key: Flag, label: string): Field {
  return {
    type: 'boolean',
    label,
    show: (config) => [config[key] ? '1' : '0'],
    read: ([value = '']) => {
      if (value === '1' || value === 'true') return { [key]: true }
      return value === '0' || value === 'false' ? { [key]: false } : null
    },
  }
}

function list(
  key: 'accessModel' | 'sendLast' | 'notificationType',
  label: string,
  options: readonly string[],
): Field {
  return {
    type: 'list-single',
    label,
    options,
    show: (config) => [config[key]],
    read: ([value = '']) => (options.includes(value) ? { [key]: value } : null),
  }
}

function only(value: string, label: string): Field {
  return {
    type: 'list-single',
    label,
    options: [value],
    show: () => [value],
    read: (values) => (values[0] === value ? {} : null),
  }
}
