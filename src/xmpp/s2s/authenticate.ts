// Proving to another server who we are: XEP-0178 §3, XEP-0220 §2.1, XEP-0288.
import { escapeAttr } from '../../xml/serialize.ts'
import { NS_DIALBACK, NS_SASL } from '../stream/namespaces.ts'
import { type Dialled, greet } from './dial.ts'
import { type DialbackKeys } from './dialback-key.ts'
import { Unreachable } from './errors.ts'
import { type DomainPair } from './inside.ts'
import { type Link } from './link.ts'
import { NS_BIDI, type Offers, offersOf } from './offers.ts'

/** What was agreed. */
export type Agreed = {
  readonly isBidi: boolean
  readonly management: boolean
  readonly streamId: string
}

/** Elements that come between our key and its verdict. */
const elementsMax = 10

/**
 * Proves to the server at `pair.to` that we are that of `pair.from`: by our certificate where it takes that, else by a key.
 * Its own certificate has been checked before.
 *
 * @throws {Error} when it does not believe us
 */
export async function authenticate(
  { link, features, streamId }: Dialled,
  pair: DomainPair,
  keys: DialbackKeys,
): Promise<Agreed> {
  const offers = offersOf(features)
  if (offers.bidi) link.write(`<bidi xmlns='${NS_BIDI}'/>`)
  if (offers.external) {
    const after = await byCertificate(link, pair)
    if (after) return { ...after, isBidi: offers.bidi }
  }
  await byKey(link, pair, keys.keyFor({ originating: pair.from, receiving: pair.to, streamId }))
  return { isBidi: offers.bidi, management: offers.management, streamId }
}

async function byCertificate(
  link: Link,
  pair: DomainPair,
): Promise<{ readonly management: boolean; readonly streamId: string } | null> {
  const name = Buffer.from(pair.from).toString('base64')
  link.write(`<auth xmlns='${NS_SASL}' mechanism='EXTERNAL'>${name}</auth>`)
  const answer = await link.nextElement()
  if (answer.ns !== NS_SASL || answer.name !== 'success') return null
  link.restart()
  const { features, streamId } = await greet(link, pair)
  const { management }: Offers = offersOf(features)
  return { management, streamId }
}

async function byKey(link: Link, { from, to }: DomainPair, key: string): Promise<void> {
  link.write(`<db:result from='${escapeAttr(from)}' to='${escapeAttr(to)}'>${key}</db:result>`)
  for (let seen = 0; seen < elementsMax; seen++) {
    const { ns, name, attrs } = await link.nextElement()
    if (ns !== NS_DIALBACK || name !== 'result') continue
    if (attrs['from'] !== to || attrs['to'] !== from) continue
    const { type } = attrs
    if (type === 'valid') return
    // XEP-0220 §2.1.1: each of the two has an error that goes back with what waits.
    const why = type === 'error' ? 'could not find out whether' : 'does not believe that'
    const condition = type === 'error' ? 'remote-server-timeout' : 'internal-server-error'
    throw new Unreachable(`That server ${why} we are ${from}.`, true, { condition })
  }
  throw new Unreachable('That server does not say whether it believes us.', false)
}
