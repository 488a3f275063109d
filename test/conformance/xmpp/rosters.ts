// What the tables of rosters have in common: requests, and patterns of what comes back.

/** A roster query. */
export const q = (inside = '', ver = ''): string =>
  `<query xmlns='jabber:iq:roster'${ver}>${inside}</query>`

export const set = (item: string, id = 's1'): string => `<iq type='set' id='${id}'>${q(item)}</iq>`
export const get = (id = 'g1', ver = ''): string => `<iq type='get' id='${id}'>${q('', ver)}</iq>`
export const has = (items: string, id = 'g1'): string =>
  `<iq type='result' id='${id}'>${q(items)}</iq>`
export const pushed = (item: string): string => `<iq type='set'>${q(item)}</iq>`
export const nurse = `<item jid='nurse@example.com' name='Nurse'><group>Servants</group></item>`
export const long = 'x'.repeat(1_024)

/** Both are there, and both have asked for their rosters. */
export const bothInterested = `
  there: ann, bo
  ann > ${get()}
  bo > ${get()}
  all is read
`
export const annHasBo = `
  ${bothInterested}
  ann > <presence type='subscribe' to='{bo}'/>
  bo < <presence type='subscribe'/>
  bo > <presence type='subscribed' to='{ann}'/>
  all is read
`
