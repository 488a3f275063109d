import { type Element, el, elements, textOf } from '../../src/xml/element.ts'
import { serialize } from '../../src/xml/serialize.ts'
import { capsHash } from '../../src/xmpp/features/caps-hash.ts'
import { ns } from '../../src/xmpp/wire/names.ts'
import { type Scene, scene } from './scene.ts'

export const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'
export const NS_ERRORS = 'http://jabber.org/protocol/pubsub#errors'

/** The same as `scene`, and everybody shares presence with everybody. */
export async function friends(...names: readonly string[]): Promise<Scene> {
  const s = await scene(...names)
  const people = [...new Set(names.map((name) => name.split('/')[0] ?? ''))]
  const device = (person: string): string =>
    names.find((name) => name.startsWith(`${person}/`)) ?? ''
  for (const one of people) {
    for (const other of people) {
      if (one !== other) await befriend(s, device(one), device(other))
    }
  }
  for (const name of names) s.got(name)
  return s
}

/** `from` gets the presence of `to`. */
export async function befriend(s: Scene, from: string, to: string): Promise<void> {
  await s.send(from, `<presence type='subscribe' to='${bareOf(to)}'/>`)
  await s.send(to, `<presence type='subscribed' to='${bareOf(from)}'/>`)
}

function bareOf(name: string): string {
  return `${name.split('/')[0] ?? ''}@localhost`
}

/** Says that it is there, and wants to hear of these nodes: it answers when it is asked what it can do. */
export async function interested(
  s: Scene,
  name: string,
  ...nodes: readonly string[]
): Promise<void> {
  const features = nodes.map((node) => el('feature', ns.discoInfo, { var: `${node}+notify` }))
  const ver = capsHash(el('query', ns.discoInfo, {}, ...features)) ?? ''
  const c = `<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='x:c' ver='${ver}'/>`
  await s.send(name, `<presence>${c}</presence>`)
  for (const request of s.got(name)) {
    if (request.name !== 'iq' || request.attrs['type'] !== 'get') continue
    const query = el('query', ns.discoInfo, { node: `x:c#${ver}` }, ...features)
    const { id = '', from = '' } = request.attrs
    await s.send(
      name,
      `<iq type='result' id='${id}' to='${from}'>${serialize(query, ns.client)}</iq>`,
    )
  }
}

type Publish = (
  name: string,
  node: string,
  item: string,
  more?: { readonly options?: Readonly<Record<string, string>>; readonly to?: string },
) => Promise<Element | string | null>

/** Publishes; answered with the result's payload, or the condition of the error. */
export function publish(s: Scene): Publish {
  return async (name, node, item, more = {}) => {
    const options = more.options
      ? `<publish-options>${form(`${NS_PUBSUB}#publish-options`, more.options)}</publish-options>`
      : ''
    const payload = `<pubsub xmlns='${NS_PUBSUB}'><publish node='${node}'>${item}</publish>${options}</pubsub>`
    return await s.set(name, payload, more.to)
  }
}

/** A submitted form; the fields without `pubsub#`. */
export function form(type: string, fields: Readonly<Record<string, string>>): string {
  const inside = Object.entries(fields).map(
    ([name, value]) => `<field var='pubsub#${name}'><value>${value}</value></field>`,
  )
  return `<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>${type}</value></field>${inside.join('')}</x>`
}

/** The notifications that a device has received, in short: `tune#id: text`, `tune -id`, `tune purge`. */
export function events(s: Scene, name: string): string[] {
  return s.got(name).flatMap((stanza) => {
    const event = elements(stanza).find(({ ns: of }) => of === `${NS_PUBSUB}#event`)
    return event ? elements(event).flatMap(inShort) : []
  })
}

function inShort(act: Element): string[] {
  const { node = '' } = act.attrs
  if (act.name !== 'items') return [`${node} ${act.name}`]
  const inside = elements(act)
  if (inside.length === 0) return [node]
  return inside.map((item) => {
    const { id = '' } = item.attrs
    if (item.name === 'retract') return `${node} -${id}`
    return `${node}#${id}: ${elements(item).map(textOf).join()}`
  })
}
