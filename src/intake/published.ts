import { FatalError } from '../base/errors.ts'

/**
 * How a publish lies on record: the notification of XEP-0060 section 7.1.2.1 to nobody yet, written by our serializer. Attribute values have
 * neither `<` nor `>` in it.
 */
const publish = /^<message [^>]*><event xmlns='[^']*'><items [^>]*><item (?:[^>]*[^/>])?(?:\/>|>)/
const end = '</item></items></event></message>'

/**
 * The payload of a recorded publish, '' where it has none.
 *
 * @throws {FatalError} when the record is none
 */
export function publishedIn(wire: string): string {
  const open = publish.exec(wire)?.[0]
  if (open?.endsWith('/>')) return ''
  if (open === undefined || !wire.endsWith(end)) {
    throw new FatalError('what a publish said was asked of a record that is none')
  }
  return wire.slice(open.length, -end.length)
}

const tags = `(?:<\\/?(?:iq|pubsub|items|item)(?:\\s[^<>]*)?>)*`
/** XEP-0059: ids and numbers of the page. */
const page = `(?:<set xmlns='http://jabber\\.org/protocol/rsm'>[^<>]*(?:<(first|last|count)(?:\\s[^<>]*)?>[^<>]*</\\1>)*</set>)?`
const around = new RegExp(`^${tags}${page}${tags}$`)

/** @throws {FatalError} when `wrap` did not keep the payloads, or put more around them than tags */
export function wrappedAll(
  payloads: readonly string[],
  wrap: (payloads: readonly string[]) => string,
): string {
  const whole = wrap(payloads)
  let rest = ''
  let at = 0
  for (const payload of payloads) {
    const start = whole.indexOf(payload, at)
    if (start < 0) throw new FatalError('an answer left recorded bytes out')
    rest += whole.slice(at, start)
    at = start + payload.length
  }
  rest += whole.slice(at)
  if (!around.test(rest)) throw new FatalError('an answer says something of its own')
  return whole
}
