// What tables of invitations (XEP-0401, 0445, 0379) are written with.

export const commands = 'http://jabber.org/protocol/commands'
export const invite = 'urn:xmpp:invite#invite'
export const createAccount = 'urn:xmpp:invite#create-account'

/** `ann sets {domain}: …`, which begins a command. */
export function begins(who: string, node: string): string {
  return `${who} sets {domain}: <command xmlns='${commands}' node='${node}' action='execute'/>`
}

/** The command is through, with an invitation. @param uri may have `{=token}` in it */
export function invited(who: string, node: string, uri: string): string {
  const type = `<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:invite#invitation</value></field>`
  const fields = `<field var='uri' type='text-single'><value>${uri}</value></field><field var='expire' type='text-single'><value>{any}Z</value></field>`
  return `${who} is given <command xmlns='${commands}' node='${node}' status='completed'><x xmlns='jabber:x:data' type='result'>${type}${fields}</x></command>`
}

/** A member gets a token, `{token}`. */
export function getsToken(who: string): string {
  return `
    ${begins(who, invite)}
    ${invited(who, invite, `xmpp:{${who}}?roster;preauth={=token};ibr=y`)}
  `
}

/** An administrator gets `{token}` for an account. @param name null leaves it to the one who comes */
export function getsAccountToken(
  name: string | null,
  values: Readonly<Record<string, string>> = {},
): string {
  const address = name === null ? '{domain}' : `${name}@{domain}`
  const all = { ...values, ...(name === null ? {} : { username: name }) }
  return `
    ${begins('root', createAccount)}
    root is given <command xmlns='${commands}' node='${createAccount}' sessionid='{=session}' status='executing'/>
    ${submits(all)}
    ${invited('root', createAccount, `xmpp:${address}?register;preauth={=token}`)}
  `
}

/** The form of `{session}`. */
export function submits(values: Readonly<Record<string, string>>): string {
  const fields = Object.entries(values).map(
    ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
  )
  const form = `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x>`
  return `root sets {domain}: <command xmlns='${commands}' node='${createAccount}' sessionid='{session}'>${form}</command>`
}

/** A connection that has read what the server offers. */
export function opened(wire: string): string {
  return `
    wire ${wire}
    ${wire} opens
    ${wire} < <stream xmlns='http://etherx.jabber.org/streams'/>
    ${wire} < <features xmlns='http://etherx.jabber.org/streams'/>
  `
}

export function shows(wire: string, token: string): string {
  return `${wire} > <iq type='set' to='{domain}' id='pa1'><preauth xmlns='urn:xmpp:pars:0' token='${token}'/></iq>`
}

export function registers(wire: string, name: string, password = 'groundlings'): string {
  return `${wire} > <iq type='set' to='{domain}' id='reg'><query xmlns='jabber:iq:register'><username>${name}</username><password>${password}</password></query></iq>`
}

/** The wire is that person's device then, whose roster has been asked for. @param name that nobody has in another table */
export function isIn(wire: string, name: string, password = 'groundlings'): string {
  const plain = Buffer.from(`\0${name}\0${password}`).toString('base64')
  return `
    ${wire} > <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>
    ${wire} < <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
    ${wire} opens
    ${wire} < <features xmlns='http://etherx.jabber.org/streams'/>
    ${wire} > <iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
    ${wire} < <iq type='result' id='bind'/>
    ${wire} > <iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>
  `
}

/** The answer to a stanza with that id. */
export function error(id: string, type: string, condition: string): string {
  return `<iq type='error' id='${id}'><error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`
}

/** As a device is told of a change of its roster, or answered. */
export function rosterWith(item: string): string {
  return `<query xmlns='jabber:iq:roster'><item ${item}/></query>`
}

export function subscribes(to: string, token: string): string {
  return `<presence to='${to}' type='subscribe'><preauth xmlns='urn:xmpp:pars:0' token='${token}'/></presence>`
}
