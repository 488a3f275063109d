// Every kind of record that there is: the one place that knows what each is.

/** How a kind is kept and who sees it. */
type Kind = {
  /** The number under which mailbox rows keep it. A kind that is added gets the next free one; none is ever changed or used again. */
  readonly code: number
  /** Clear JSON about the log itself, without personal data, that anybody may read: entry type 3. LEDGER.md §3.5 */
  readonly isStatement: boolean
  /** Of an administrator, an officer, or the server itself: kept as long as acts are, and in the archive of all acts. What people upload is none. */
  readonly isAct: boolean
  /** What administrators see of the acts: what is done to people and to the machine, and nothing that is about content. */
  readonly isOfAdministration: boolean
}

const plain = { isStatement: false, isAct: false, isOfAdministration: false } as const
const ofAct = { ...plain, isAct: true } as const
const ofAdministration = { ...ofAct, isOfAdministration: true } as const

const said = (code: number) => ({ ...plain, code }) as const
const act = (code: number) => ({ ...ofAct, code }) as const
const administration = (code: number) => ({ ...ofAdministration, code }) as const
const statement = (code: number) => ({ ...plain, code, isStatement: true }) as const
const statedAct = (code: number) => ({ ...ofAct, code, isStatement: true }) as const
const statedAdministration = (code: number) =>
  ({ ...ofAdministration, code, isStatement: true }) as const

/**
 * `heads`: how many records each conversation has, as the root of a list; `tick`: what the server knew at that hour; `scrub`: that
 * everything was read again; `renew`: what evidence there is, by newer hashes. `disposal.*` of statements: that a bucket is to go, is
 * decided on, is gone.
 */
const kinds = {
  message: said(0),
  correction: said(1),
  retraction: said(2),
  reaction: said(3),
  error: said(4),
  iq: said(5),
  status: said(6),
  marks: said(7),
  'person.add': administration(8),
  'person.enable': administration(9),
  'person.disable': administration(10),
  'person.remove': administration(11),
  'person.password': administration(12),
  'person.role': administration(13),
  key: administration(14),
  clock: administration(15),
  copy: said(16),
  'history.import': said(17),
  refusal: said(18),
  publish: said(24),
  report: said(25),
  moderation: said(32),
  'room.create': said(33),
  'room.config': said(34),
  'room.affiliation': said(35),
  'room.subject': said(36),
  'room.destroy': said(37),
  'room.join': said(38),
  'room.leave': said(39),
  'room.nick': said(40),
  'room.role': said(41),
  'room.members': said(42),
  'room.request': said(43),
  'room.card': said(44),
  'room.hats': said(45),
  'file.upload': said(48),
  'file.look': said(49),
  'session.end': administration(56),
  'roster.read': administration(57),
  'notice.announce': administration(58),
  'notice.motd': administration(59),
  'notice.welcome': administration(60),
  'invitation.make': administration(61),
  'invitation.take': administration(62),
  'invitation.revoke': administration(63),
  'retention.class': act(64),
  'retention.rules': act(65),
  'retention.exempt': act(66),
  'retention.exempt-end': act(67),
  'retention.event': act(68),
  'person.groups': administration(69),
  'hold.place': act(72),
  'hold.release': act(73),
  'disposal.propose': act(80),
  'disposal.approve': act(81),
  'disposal.intent': statedAct(82),
  'disposal.commit': statedAct(83),
  'disposal.certificate': statedAct(84),
  'erasure.order': act(85),
  search: act(88),
  export: act(89),
  read: act(90),
  heads: statement(96),
  tick: statement(97),
  renew: statement(98),
  'key.signing': administration(105),
  'key.shares': administration(106),
  'key.turn': administration(107),
  backup: administration(112),
  scrub: statedAdministration(114),
  'person.profile': administration(115),
  'person.leave': administration(116),
  'group.set': administration(117),
  'group.remove': administration(118),
  'group.members': administration(119),
  'token.make': administration(120),
  'token.revoke': administration(121),
  'identity.link': administration(125),
  'identity.unlink': administration(126),
  'factor.add': administration(128),
  'factor.remove': administration(129),
  press: said(168),
  'follow.room': administration(166),
  'follow.contacts': administration(167),
  'app-password.make': administration(130),
  'app-password.revoke': administration(131),
  'guest.set': administration(155),
  'guest.end': administration(156),
  'grant.make': administration(132),
  'grant.revoke': administration(133),
  'approval.ask': act(134),
  'approval.decide': act(135),
  'approval.run': act(136),
  'break-glass.seal': administration(137),
  'break-glass.open': administration(138),
  'break-glass.end': administration(139),
  attempt: administration(140),
  'audit.read': act(141),
  'audit.digest': act(142),
  'connections.read': act(143),
  'webhook.make': administration(145),
  'webhook.remove': administration(146),
  'webhook.disable': administration(147),
  'webhook.enable': administration(148),
  'alarm.news': administration(149),
  'alarm.change': administration(150),
  'ways.open': administration(152),
  'matter.open': act(159),
  'matter.change': act(160),
  'matter.close': act(161),
  'search.save': act(162),
  'search.drop': act(163),
  'export.fetch': act(164),
  'export.end': act(165),
  'device.revoke': administration(171),
} as const satisfies { readonly [name: string]: Kind }

type Kinds = typeof kinds

/** What an open statement says. */
export type StatementKind = {
  [Name in keyof Kinds]: Kinds[Name]['isStatement'] extends true ? Name : never
}[keyof Kinds]

/** What a sealed record is about. */
export type RecordKind = Exclude<keyof Kinds, StatementKind>

type AnyKind = keyof Kinds

/** Whether this version knows a kind of that name. */
export function isKind(name: string): name is AnyKind {
  return Object.hasOwn(kinds, name)
}

/** Whether this version knows a kind of sealed record of that name: all but open statements. */
export function isSealedKind(name: string): name is RecordKind {
  return isKind(name) && !kinds[name].isStatement
}

/** Whether a record is an act of an administrator or officer, or of the server itself. */
export function isAct(kind: AnyKind): boolean {
  return kinds[kind].isAct
}

export function isOfAdministration(kind: AnyKind): boolean {
  return kinds[kind].isOfAdministration
}

/** Null for a kind that this version does not know. */
export function codeOf(kind: string): number | null {
  return isKind(kind) ? kinds[kind].code : null
}

/** All of them. */
export const allKinds: readonly AnyKind[] = Object.keys(kinds).filter(isKind)

export const sealedKinds: readonly RecordKind[] = allKinds.filter(isSealedKind)
