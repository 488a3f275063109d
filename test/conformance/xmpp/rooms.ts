// What tables of XEP-0045 are written with. `{room}` is the case's own room.

/** `admin("<item nick='Bo' role='none'/>")`, XEP-0045 section 8. */
export function admin(items: string): string {
  return `<query xmlns='{muc}#admin'>${items}</query>`
}

/** XEP-0045 section 10. */
export function owner(content = ''): string {
  return `<query xmlns='{muc}#owner'>${content}</query>`
}

/** A form that is filled in. @param fields names with all their values, `muc#roomconfig_` left out where it begins with it */
export function submit(fields: Readonly<Record<string, string | readonly string[]>>): string {
  return owner(form('submit', '{muc}#roomconfig', fields))
}

export function form(
  type: string,
  formType: string,
  fields: Readonly<Record<string, string | readonly string[]>>,
): string {
  const all = Object.entries(fields).map(([name, values]) => {
    const whole = name.startsWith('muc#') ? name : `muc#roomconfig_${name}`
    return `<field var='${whole}'>${[values].flat().map(valueOf).join('')}</field>`
  })
  const hidden = `<field var='FORM_TYPE'>${valueOf(formType)}</field>`
  return `<x xmlns='jabber:x:data' type='${type}'>${hidden}${all.join('')}</x>`
}

function valueOf(text: string): string {
  return `<value>${text}</value>`
}

/** Presence of an occupant as the room shows it. @param item attributes of `<item/>`, or the whole element */
export function present(nick: string, item: string, ...codes: readonly number[]): string {
  return shown(nick, { type: '{none}', item, codes })
}

/** The same for who goes. */
export function gone(nick: string, item: string, ...codes: readonly number[]): string {
  return shown(nick, { type: 'unavailable', item, codes })
}

function shown(
  nick: string,
  {
    type,
    item,
    codes,
  }: { readonly type: string; readonly item: string; readonly codes: readonly number[] },
): string {
  const whole = item.startsWith('<') ? item : `<item ${item}/>`
  const statuses = codes.map((code) => `<status code='${code}'/>`).join('')
  return `<presence from='{room}/${nick}' type='${type}'><x xmlns='{muc}#user'>${whole}${statuses}</x></presence>`
}

/** A status that must not be in a pattern. */
export function no(code: number): string {
  return `<status code='${code}'>{none}</status>`
}

/** Comes in, or asks to be called something else. @param content of `<x/>` */
export function enter(nick: string, content = ''): string {
  return `<presence to='{room}/${nick}' id='in'><x xmlns='{muc}'>${content}</x></presence>`
}

/** A stanza that came back. @param kind with attributes, such as `presence from='{room}/Bo'` */
export function refusal(kind: string, condition: string, type: string): string {
  const [name = ''] = kind.split(' ')
  const reason = `<${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>`
  return `<${kind} type='error'><error type='${type}'>${reason}</error></${name}>`
}

/** To everybody in the room. */
export function say(text: string, more = ''): string {
  return `<message to='{room}' type='groupchat' id='said'><body>${text}</body>${more}</message>`
}

/** As it reaches them. */
export function said(nick: string, text: string, more = ''): string {
  return `<message from='{room}/${nick}' type='groupchat'><body>${text}</body>${more}</message>`
}

/** The room's owner gives people affiliations, one after the other. */
export function affiliate(people: Readonly<Record<string, string>>): string {
  return Object.entries(people)
    .map(
      ([name, affiliation]) => `
      own does {room}: ${admin(`<item affiliation='${affiliation}' jid='{${name}}'/>`)}`,
    )
    .join('')
}

/** As `X is refused` has it, with the type that the condition usually has (RFC 6120 section 8.3.3). */
export function refused(condition: string): string {
  const type =
    condition === 'forbidden' ? 'auth' : condition === 'bad-request' ? 'modify' : 'cancel'
  return `${type} ${condition}`
}
