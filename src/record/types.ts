/** An index in the log, 0, 1, 2… in the order in which records were made durable. It never changes and has no gaps. */
export type LogPosition = number

/** A person's id: 32 hex digits, random, never given to anybody else. Addresses change; this does not. */
export type PersonId = string & { readonly personId: never }

/** A conversation's id: 32 hex digits. That of two people is made of their ids (`directConversation`). */
export type ConversationId = string & { readonly conversationId: never }

/**
 * What an open statement says (entry type 3): something about the log itself that anybody may read. LEDGER.md §3.1 and §3.5.
 * `heads`: how many records each conversation has, as the root of a list; `tick`: what the server knew at that hour; `scrub`: that everything was read again; `renew`: what evidence there is, by newer hashes. `disposal.*`: that a bucket is to go, is decided on, is gone.
 */
export type StatementKind =
  | 'heads'
  | 'tick'
  | 'scrub'
  | 'renew'
  | 'disposal.intent'
  | 'disposal.commit'
  | 'disposal.certificate'

/** What a sealed record is about. The first group are message-like (entry type 1), the second are acts (entry type 2). */
export type RecordKind =
  | 'message'
  | 'correction'
  | 'retraction'
  | 'reaction'
  | 'error'
  | 'iq'
  | 'status'
  | 'marks'
  | 'copy'
  | 'history.import'
  | 'refusal'
  | 'publish'
  | 'report'
  | 'person.add'
  | 'person.enable'
  | 'person.disable'
  | 'person.remove'
  | 'person.password'
  | 'person.role'
  | 'person.groups'
  | 'person.profile'
  | 'person.leave'
  | 'group.set'
  | 'group.remove'
  | 'group.members'
  | 'moderation'
  | 'room.create'
  | 'room.config'
  | 'room.affiliation'
  | 'room.subject'
  | 'room.destroy'
  | 'room.join'
  | 'room.leave'
  | 'room.nick'
  | 'room.role'
  | 'room.members'
  | 'room.request'
  | 'room.card'
  | 'room.hats'
  | 'file.upload'
  | 'file.look'
  | 'session.end'
  | 'roster.read'
  | 'notice.announce'
  | 'notice.motd'
  | 'notice.welcome'
  | 'invitation.make'
  | 'invitation.take'
  | 'invitation.revoke'
  | 'token.make'
  | 'token.revoke'
  | 'app-password.make'
  | 'app-password.revoke'
  | 'alarm.change'
  | 'ways.open'
  | 'grant.make'
  | 'grant.revoke'
  | 'approval.ask'
  | 'approval.decide'
  | 'approval.run'
  | 'identity.link'
  | 'identity.unlink'
  | 'factor.add'
  | 'factor.remove'
  | 'alarm.news'
  | 'webhook.make'
  | 'webhook.remove'
  | 'webhook.disable'
  | 'webhook.enable'
  | 'retention.class'
  | 'retention.rules'
  | 'retention.exempt'
  | 'retention.exempt-end'
  | 'retention.event'
  | 'hold.place'
  | 'hold.release'
  | 'disposal.propose'
  | 'disposal.approve'
  | 'erasure.order'
  | 'export'
  | 'search'
  | 'read'
  | 'backup'
  | 'key'
  | 'key.shares'
  | 'key.signing'
  | 'key.turn'
  | 'attempt'
  | 'audit.read'
  | 'audit.digest'
  | 'connections.read'
  | 'clock'

/** How it came here: from a person's own client, or from elsewhere through what is at that domain. */
export type RecordOrigin = 'native' | `component:${string}` | `s2s:${string}`

/** An archive that a record enters, decided when it is accepted. */
export type View = {
  /** Whose archive. */
  readonly owner: PersonId
  /** The other side as the owner sees it: a person's id, or null with oneself. */
  readonly peer: PersonId | null
  /** The resource of the other side, or '' where the address was bare. */
  readonly peerDevice: string
  /** True in the recipient's archive: this is what is delivered when he was away. */
  readonly incoming: boolean
}

/** An earlier record that this one is about. */
export type Reference = { readonly position: LogPosition; readonly leafHash: string }

/** One record before it has a number. Plain data: it can be sent to another thread or node. */
export type NewRecord = {
  readonly kind: RecordKind
  readonly conversation: ConversationId
  /** Everybody who can see it, as ids. */
  readonly members: readonly PersonId[]
  readonly sender: PersonId | null
  /** The sender's resource, '' for the server itself. */
  readonly device: string
  /** The address as the sender wrote it. */
  readonly to: string
  readonly views: readonly View[]
  /** The stanza's `id` attribute: what corrections, retractions and receipts name. */
  readonly messageId: string | null
  /** XEP-0359 `<origin-id/>`: how a resend after a cut is known. */
  readonly originId: string | null
  readonly origin: RecordOrigin
  /** How its sender has marked it, XEP-0258; absent where he has not. */
  readonly label?: string
  readonly refs: Reference | null
  /** The time the client claims, XEP-0203; never what orders. */
  readonly claimedAt: string | null
  /** Part 1: what was said, as text or JSON. */
  readonly content: string
  /** Part 2: the stanza as accepted, XML that stands alone; '' where there is none. */
  readonly wire: string
  /** Part 3: the files of ours that it names, JSON (`files/part.ts`); '' where there are none. */
  readonly files: string
  /** Part 4: what the policy said, JSON; '' where nothing was said. */
  readonly verdicts: string
}

/** An open statement before it has a number. Plain data. */
export type NewStatement = {
  readonly kind: StatementKind
  /** A JSON object, in clear for ever: no name, address, id of a person or text of anybody is in it. */
  readonly says: string
}

/** Part 0 of a record, JSON. What was accepted, with its numbers. LEDGER.md §3.3, DESIGN.md §5. */
export type Envelope = {
  readonly v: 1
  readonly kind: RecordKind | StatementKind
  readonly conv: ConversationId
  /** 0, 1, 2… in the conversation, without gaps, across buckets. */
  readonly conv_seq: number
  /** Leaf hash (hex) of the conversation's record before this one; null for the first. */
  readonly conv_prev: string | null
  readonly sender: PersonId | null
  /** 0, 1, 2… of this sender, without gaps; null where there is no sender. */
  readonly sender_seq: number | null
  readonly device: string
  readonly to: string
  readonly views: readonly View[]
  readonly t_server: number
  readonly t_claimed: string | null
  /** SHA-256 (hex) over the sorted ids, and how many. */
  readonly members: { readonly hash: string; readonly count: number }
  /** The retention class, and which rule chose it: `retention/ports.ts`. '' where that was before there were rules. */
  readonly class: string
  readonly policy: string
  readonly refs: Reference | null
  readonly origin: RecordOrigin
  readonly message_id: string | null
  readonly origin_id: string | null
  /** The archive id under which employees see it, XEP-0359. */
  readonly stanza_id: string
}

/** A record that is durable. */
export type Appended = {
  readonly position: LogPosition
  /** Hex. */
  readonly leafHash: string
  /** Server time in ms since 1970; never smaller than the record's before. */
  readonly at: number
  readonly stanzaId: string
}
