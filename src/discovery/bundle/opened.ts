import { fromUtf8 } from '../../base/bytes.ts'
import { partIds } from '../../record/ledger/parts.ts'
import { type DisclosedPart, type Disclosed } from '../../record/evidence/ports.ts'
import { type Envelope, type PersonId } from '../../record/types.ts'

type Opened = Extract<Disclosed, { kind: 'record' }>

/** A part as text; '' where it is not there. */
export function partText(parts: readonly DisclosedPart[], id: number): string {
  const part = parts.find((one) => one.id === id)
  return part === undefined ? '' : (fromUtf8(part.bytes) ?? '')
}

/** What a record says of itself. Its commitments were checked, so we wrote it. */
export function envelopeIn({ parts }: Opened): Envelope {
  return JSON.parse(partText(parts, partIds.envelope))
}

/** Everybody whom an envelope names by id. */
export function personsIn({ sender, views }: Envelope): readonly PersonId[] {
  const ids = views.flatMap(({ owner, peer }) => (peer === null ? [owner] : [owner, peer]))
  return sender === null ? ids : [sender, ...ids]
}
