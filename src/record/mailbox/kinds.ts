import { FatalError } from '../../base/errors.ts'
import { type RecordKind, type StatementKind } from '../types.ts'

/**
 * The number under which mailbox rows keep a record's kind. A kind that is added gets the next free number;
 * none is ever changed or used again.
 */
const codes: Readonly<Record<RecordKind | StatementKind, number>> = {
  message: 0,
  correction: 1,
  retraction: 2,
  reaction: 3,
  error: 4,
  iq: 5,
  status: 6,
  marks: 7,
  'person.add': 8,
  'person.enable': 9,
  'person.disable': 10,
  'person.remove': 11,
  'person.password': 12,
  'person.role': 13,
  key: 14,
  clock: 15,
  publish: 24,
  report: 25,
  moderation: 32,
  'room.create': 33,
  'room.config': 34,
  'room.affiliation': 35,
  'room.subject': 36,
  'room.destroy': 37,
  'room.join': 38,
  'room.leave': 39,
  'room.nick': 40,
  'room.role': 41,
  'room.members': 42,
  'room.request': 43,
  'room.card': 44,
  'room.hats': 45,
  copy: 16,
  'history.import': 17,
  refusal: 18,
  'file.upload': 48,
  'file.look': 49,
  'session.end': 56,
  'roster.read': 57,
  'notice.announce': 58,
  'notice.motd': 59,
  'notice.welcome': 60,
  'invitation.make': 61,
  'invitation.take': 62,
  'invitation.revoke': 63,
  'retention.class': 64,
  'retention.rules': 65,
  'retention.exempt': 66,
  'retention.exempt-end': 67,
  'retention.event': 68,
  'person.groups': 69,
  'hold.place': 72,
  'hold.release': 73,
  'disposal.propose': 80,
  'disposal.approve': 81,
  'disposal.intent': 82,
  'disposal.commit': 83,
  'disposal.certificate': 84,
  'erasure.order': 85,
  heads: 96,
  'key.signing': 105,
  'key.shares': 106,
  'key.turn': 107,
  search: 88,
  read: 90,
  backup: 112,
  'token.make': 120,
  'token.revoke': 121,
  'app-password.make': 130,
  'app-password.revoke': 131,
  'alarm.change': 150,
  'ways.open': 152,
  'grant.make': 132,
  'grant.revoke': 133,
  'approval.ask': 134,
  'approval.decide': 135,
  'approval.run': 136,
  'identity.link': 125,
  'identity.unlink': 126,
  'factor.add': 128,
  'factor.remove': 129,
  'alarm.news': 149,
  'webhook.make': 145,
  'webhook.remove': 146,
  'webhook.disable': 147,
  'webhook.enable': 148,
  attempt: 140,
  'audit.read': 141,
  'audit.digest': 142,
  'connections.read': 143,
  scrub: 114,
  'person.profile': 115,
  'person.leave': 116,
  'group.set': 117,
  'group.remove': 118,
  'group.members': 119,
  tick: 97,
  renew: 98,
  export: 89,
}

const kinds = new Map(Object.entries(codes).map(([kind, code]) => [code, kind]))

/** Whether this version knows a kind of that name. */
export function isKind(name: string): name is RecordKind | StatementKind {
  return Object.hasOwn(codes, name)
}

const statements: Readonly<Record<StatementKind, true>> = {
  heads: true,
  tick: true,
  scrub: true,
  renew: true,
  'disposal.intent': true,
  'disposal.commit': true,
  'disposal.certificate': true,
}

/** Whether this version knows a kind of sealed record of that name: all but open statements. */
export function isSealedKind(name: string): name is RecordKind {
  return isKind(name) && !Object.hasOwn(statements, name)
}

/** All of them. */
export const sealedKinds: readonly RecordKind[] = Object.keys(codes).filter(isSealedKind)

/** @throws {FatalError} for a kind that this version does not know: the log was written by a newer one */
export function codeOfKind(kind: string): number {
  const code = (codes as Readonly<{ [kind: string]: number | undefined }>)[kind]
  if (code === undefined) {
    throw new FatalError(`the log holds a record of kind ${JSON.stringify(kind)}, unknown here`)
  }
  return code
}

/** @throws {FatalError} for a code that was never given out */
export function kindOfCode(code: number): string {
  const kind = kinds.get(code)
  if (kind === undefined) throw new FatalError(`a mailbox row has kind ${code}, unknown here`)
  return kind
}
