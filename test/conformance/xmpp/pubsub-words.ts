// What tables of XEP-0060 and what stands on it say again and again.

export const NS = 'http://jabber.org/protocol/pubsub'
export const NS_OWNER = `${NS}#owner`
export const NS_EVENT = `${NS}#event`
export const NS_ERRORS = `${NS}#errors`
export const NS_INFO = 'http://jabber.org/protocol/disco#info'
export const NS_ITEMS = 'http://jabber.org/protocol/disco#items'
export const NS_FORMS = 'jabber:x:data'

export function pubsub(...inside: readonly string[]): string {
  return `<pubsub xmlns='${NS}'>${inside.join('')}</pubsub>`
}

export function ofOwner(...inside: readonly string[]): string {
  return `<pubsub xmlns='${NS_OWNER}'>${inside.join('')}</pubsub>`
}

export function publish(node: string, id: string, text: string, options = ''): string {
  return pubsub(`<publish node='${node}'>${item(id, text)}</publish>`, options)
}

/** An item with a payload of the namespace `urn:example:x`. */
export function item(id: string, text: string): string {
  return `<item id='${id}'>${x(text)}</item>`
}

export function x(text: string): string {
  return `<x xmlns='urn:example:x'>${text}</x>`
}

/** @param values like `access_model=open max_items=3`, with `,` between several values */
export function form(type: string, values: string, kind = 'submit'): string {
  const fields = values
    .split(' ')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', list = ''] = pair.split('=')
      const inside = list.split(',').map((value) => `<value>${value}</value>`)
      return `<field var='pubsub#${name}'>${inside.join('')}</field>`
    })
  const hidden = `<field var='FORM_TYPE' type='hidden'><value>${NS}#${type}</value></field>`
  return `<x xmlns='${NS_FORMS}' type='${kind}'>${hidden}${fields.join('')}</x>`
}

export function publishOptions(values: string): string {
  return `<publish-options>${form('publish-options', values)}</publish-options>`
}

export function create(node: string, values: string): string {
  return pubsub(`<create node='${node}'/>`, configured(values))
}

export function configured(values: string): string {
  return values === '' ? '' : `<configure>${form('node_config', values)}</configure>`
}

export function configure(node: string, values: string): string {
  return ofOwner(`<configure node='${node}'>${form('node_config', values)}</configure>`)
}

export function subscribe(node: string, jid: string): string {
  return pubsub(`<subscribe node='${node}' jid='${jid}'/>`)
}

export function items(node: string, inside = '', more = ''): string {
  return pubsub(`<items node='${node}'${more}>${inside}</items>`)
}

/** A notification, with what is in `<event/>`. */
export function event(from: string, inside: string): string {
  return `<message from='${from}'><event xmlns='${NS_EVENT}'>${inside}</event></message>`
}

export function detail(name: string, feature = ''): string {
  return `<${name} xmlns='${NS_ERRORS}'${feature === '' ? '' : ` feature='${feature}'`}/>`
}

export function unsupported(feature: string): string {
  return `cancel feature-not-implemented ${detail('unsupported', feature)}`
}
