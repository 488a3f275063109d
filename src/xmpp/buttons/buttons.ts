// XEP-0439: Quick Response, version 0.1.0: actions of a bot's message
// Source: https://xmpp.org/extensions/xep-0439.html
import { hash } from 'node:crypto'
import { child, el, type Element } from '../../xml/element.ts'

const NS_RESPONSE = 'urn:xmpp:tmp:quick-response'
/** Ours: what the others say of a button, and how much of the text was written for who sees no buttons. */
export const NS_BUTTONS = 'urn:onrecord:buttons:0'
const NS_FALLBACK = 'urn:xmpp:fallback:0'

const buttonsMax = 10
const valueUnitsMax = 200
const labelUnitsMax = 60
const styles = ['default', 'primary', 'danger'] as const

export type ButtonStyle = (typeof styles)[number]
/** `value` is what its program knows it by, and is another one for each button of a message, as is `label`. */
export type Button = { readonly value: string; readonly label: string; readonly style: ButtonStyle }

export type Buttons = {
  /** The first press counts, and no other. */
  readonly isOnce: boolean
  readonly items: readonly Button[]
}

/** As part 1 of a record has them. `text`: UTF-16 units of the body that are the message's own. */
export type SaidButtons = Buttons & { readonly text: number }

/**
 * What a message has beside its text, and the text with what is for clients that show no buttons.
 *
 * @param ids.original the id of the message, or of the one that it corrects; `version`: its own
 */
export function withButtons(
  text: string,
  { isOnce, items }: Buttons,
  ids: { readonly original: string; readonly version: string },
): { readonly body: string; readonly elements: readonly Element[] } {
  const listed = items.length === 0 ? '' : `\n\n${items.map(({ label }) => `[${label}]`).join(' ')}`
  const attrs = { text: String(text.length), ...(isOnce && { once: 'true' }) }
  const buttons = items.map((item) => el('button', NS_BUTTONS, { ...item }))
  const actions = items.map((item) => {
    const id = actionId(ids, item)
    return el('action', NS_RESPONSE, { id, label: item.label })
  })
  const fallback = listed === '' ? [] : [fallbackFor(text)]
  return {
    body: `${text}${listed}`,
    elements: [el('buttons', NS_BUTTONS, attrs, ...buttons), ...actions, ...fallback],
  }
}

/** XEP-0428 section 3: code points of the body, from the first of what is for others on. */
function fallbackFor(text: string): Element {
  const body = el('body', NS_FALLBACK, { start: String(Array.from(text).length) })
  return el('fallback', NS_FALLBACK, { for: NS_RESPONSE }, body)
}

/** @param version which names its own buttons: a client that shows an older one presses none of a newer */
export function actionId(
  { original, version }: { readonly original: string; readonly version: string },
  { value }: Button,
): string {
  return `or-${hash('sha256', `${version}\n${value}`).slice(0, 12)}-${original}`
}

/** What an action names: the message by its author's id, and one of its buttons. Null where it is none of ours. */
export function actionIn(
  stanza: Element,
): { readonly messageId: string; readonly id: string } | null {
  const id = child(stanza, 'action-selected', NS_RESPONSE)?.attrs['id'] ?? ''
  const [, messageId] = /^or-[0-9a-f]{12}-([\x21-\x7e]{1,100})$/.exec(id) ?? []
  return messageId === undefined ? null : { messageId, id }
}

/** Null where they are none that a bot here has sent. */
export function readButtons({ attrs, children }: Element): SaidButtons | null {
  const text = Number(attrs['text'])
  const items = children.flatMap((node) => (typeof node === 'string' ? [] : [buttonOf(node)]))
  const known = items.filter((item) => item !== null)
  const isWhole = Number.isSafeInteger(text) && text >= 0 && known.length === items.length
  if (!isWhole || items.length > buttonsMax) return null
  return { isOnce: attrs['once'] === 'true', items: known, text }
}

function buttonOf({ attrs }: Element): Button | null {
  const { value = '', label = '' } = attrs
  const style = styles.find((one) => one === attrs['style'])
  const isFitting = value.length <= valueUnitsMax && label.length <= labelUnitsMax
  return style === undefined || value === '' || !isFitting ? null : { value, label, style }
}

/** Of a record's content, as JSON has it. */
export function buttonsOf(content: string): SaidButtons | null {
  const said: { readonly buttons?: SaidButtons } = JSON.parse(content)
  return said.buttons ?? null
}
