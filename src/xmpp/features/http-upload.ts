// XEP-0363: HTTP File Upload, version 1.2.0
// Source: https://xmpp.org/extensions/xep-0363.html
import { type SlotAnswer } from '../../files/slots.ts'
import { el, type Element, elements } from '../../xml/element.ts'
import { type Feature, type Uploads } from '../host.ts'
import { iqResult } from '../reply.ts'
import { buildForm } from '../wire/data-form.ts'
import { dataPolicyForm } from './data-policy.ts'
import { formatDateTime } from '../wire/date-time.ts'
import { ns } from '../wire/names.ts'
import { StanzaError } from '../wire/stanza-error.ts'
import { type Speaker } from '../services.ts'

const NS = 'urn:xmpp:http:upload:0'
const NS_PURPOSE = 'urn:xmpp:http:upload:purpose:0'

/**
 * Files go through the server (DESIGN.md §8, 5): a slot here, the bytes over HTTP (`api/files/put-file.ts`), and a message that names the
 * address, without which nobody can fetch it (`files/named.ts`).
 */
export const httpUpload: Feature = {
  name: 'http-upload',
  xep: 363,
  title: 'HTTP File Upload',
  version: '1.2.0',
  discovery: [],
  notes: [
    'At `upload.` below the domain. An address works from the first message of its uploader that names it until that is taken back; before, for the client alone that uploaded the file, for five minutes, and on record.',
    'Images go out without what they say of place and camera, so that their size and hash differ from what was uploaded.',
  ],
  setup({ uploads, services, domain }) {
    if (!uploads) return
    const info = serviceInfo(uploads)
    services.add(`upload.${domain}`, {
      async route(stanza, from, to) {
        if (stanza.name === 'presence') return
        const { type = '' } = stanza.attrs
        if (type === 'error' || type === 'result') return
        // Slots are for people here: they have quotas, and their uploads are on record in their name.
        if (!from.session) throw new StanzaError('forbidden')
        if (stanza.name !== 'iq' || type !== 'get' || to.local !== null)
          throw new StanzaError('service-unavailable')
        from.send(iqResult(stanza, from, await answer({ uploads, info }, stanza, from)))
      },
    })
  },
}

async function answer(
  { uploads, info }: { readonly uploads: Uploads; readonly info: Element },
  iq: Element,
  from: Speaker,
): Promise<Element> {
  const [payload] = elements(iq)
  const asked = payload ? `${payload.name} ${payload.ns}` : ''
  if (payload && asked === `request ${NS}`)
    return slotElement(await uploads.slots.request(from.id, slotRequest(payload)))
  if (payload?.attrs['node'] !== undefined) throw new StanzaError('item-not-found')
  if (asked === `query ${ns.discoInfo}`) return info
  if (asked === `query ${ns.discoItems}`) return el('query', ns.discoItems)
  throw new StanzaError('service-unavailable')
}

/** Section 4. What is refused by its type is told beforehand too, in a field of our own (XEP-0068 section 3.4). */
function serviceInfo({ slots, settings }: Uploads): Element {
  const form = buildForm('result', NS, [
    { name: 'max-file-size', values: [String(slots.bytesMax)] },
    ...(settings.refusedTypes.length > 0
      ? [{ name: 'x-refused-types', type: 'text-multi', values: settings.refusedTypes } as const]
      : []),
  ])
  return el(
    'query',
    ns.discoInfo,
    {},
    el('identity', ns.discoInfo, { category: 'store', type: 'file', name: 'Files' }),
    ...[ns.discoInfo, ns.discoItems, NS, `${NS_PURPOSE}#message`].map((name) =>
      el('feature', ns.discoInfo, { var: name }),
    ),
    form,
    dataPolicyForm(),
  )
}

/** Section 5. @throws {StanzaError} */
function slotRequest(request: Element): Parameters<Uploads['slots']['request']>[1] {
  const { filename, size = '', 'content-type': type } = request.attrs
  if (filename === undefined || !/^[1-9]\d{0,14}$/.test(size))
    throw new StanzaError('bad-request', {
      text: 'A request names the file, and its size in bytes.',
    })
  // Section 6: a file that must be gone by some time, or stay for good, is not kept as it would have to be.
  if (elements(request).some(({ name, ns: of }) => of === NS_PURPOSE && name !== 'message'))
    throw new StanzaError('feature-not-implemented', {
      text: 'Files are taken here to be sent in messages, and for nothing else.',
    })
  return { name: filename, size: Number(size), type: type ?? null }
}

/** @throws {StanzaError} for each answer that is no slot: section 6 of version 1.1, with its examples */
function slotElement(slot: SlotAnswer): Element {
  if (slot.kind !== 'slot') throw refusalOf(slot)
  return el('slot', NS, {}, el('put', NS, { url: slot.put }), el('get', NS, { url: slot.get }))
}

function refusalOf(slot: Exclude<SlotAnswer, { readonly kind: 'slot' }>): StanzaError {
  if (slot.kind === 'too-large') {
    const size = String(slot.bytesMax)
    return new StanzaError('not-acceptable', {
      text: `The file is too large: ${size} bytes are taken at most.`,
      detail: el('file-too-large', NS, {}, el('max-file-size', NS, {}, size)),
    })
  }
  const { text } = slot
  if (!('retryAt' in slot))
    return new StanzaError(slot.kind === 'bad-request' ? 'bad-request' : 'not-acceptable', { text })
  const detail = el('retry', NS, { stamp: formatDateTime(slot.retryAt) })
  return new StanzaError('resource-constraint', { text, detail })
}
