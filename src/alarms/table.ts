// What of the log is an alarm: the one place that knows. An event that is warned of or failed has a row, or is among those that need none.

export type AlarmKind = {
  /** `critical`: somebody should look at once. */
  readonly severity: 'warning' | 'critical'
  /** What has happened, and what to do. */
  readonly says: string
  /** Fields of the event that tell one cause from another. */
  readonly by: readonly string[]
  /** Nobody closes it for so long, in ms, and it is mailed however many others were. */
  readonly staysMs?: number
}

const critical = (says: string, ...by: string[]): AlarmKind => ({ severity: 'critical', says, by })
const warning = (says: string, ...by: string[]): AlarmKind => ({ severity: 'warning', says, by })

const dayMs = 86_400_000
/** What nobody may do unseen. */
const loud = (says: string, ...by: string[]): AlarmKind => ({
  ...critical(says, ...by),
  staysMs: 7 * dayMs,
})

const behind =
  'A table could not be written after an entry was on record: look at the disk. A start makes up for it.'

/** By the event's name. */
export const alarmKinds: Readonly<{ [event: string]: AlarmKind }> = {
  'record.no-space': critical(
    'The disk is full: nothing is recorded and nothing is delivered until there is room.',
  ),
  'record.clock-jumped': critical(
    'The clock jumped over a bucket’s period: check it, then run onrecord clock confirm.',
  ),
  'record.buckets-not-made': critical(
    'The keys of the next period could not be made: look at the key holders before it begins.',
  ),
  'record.closed-unsigned': warning(
    'The server stopped without signing the newest head: the next start signs it.',
  ),
  'record.tail-cut': warning(
    'The log’s torn end was cut at the start: none of it had been acknowledged.',
  ),
  'record.segment-not-removed': warning(
    'A segment of the log that is not needed could not be removed: look at the disk.',
  ),
  'record.reader-failed': warning(
    'The thread that opens pages has ended: the main thread does it, slower, until the next start.',
  ),
  'contacts.group-too-large': warning(
    'A group is shown to nobody as contacts, as more than 1,000 people are in it.',
    'group',
  ),
  'contacts.too-many': warning(
    'Somebody is not given all contacts that groups give: 2,000 at most.',
  ),
  'rooms.follow-full': warning(
    'A room cannot have all who are in a group that it follows: it has 20,000 people at most.',
    'room',
  ),
  'rooms.not-followed': critical('A room does not follow its groups: see the log.'),
  'webhook.disabled': warning(
    'A webhook has failed for a day and was turned off: look at the program there, then run onrecord webhook enable.',
    'webhook',
  ),
  'keys.no-holder': critical(
    'No key holder answers: what is open goes on for a while, then nothing is recorded.',
  ),
  'keys.holder-without-key': critical(
    'A key holder has lost its key: add it again before another is lost.',
    'kind',
    'ref',
  ),
  'keys.not-asked': critical(
    'The key holders could not be asked: look at the network and at their rights.',
  ),
  'keys.not-destroyed': critical(
    'A key that was to be destroyed is still there: see onrecord key list.',
  ),
  'keys.hold-not-told': warning(
    'The vault was not told of a hold: the register rules, and the next start tells it.',
    'hold',
  ),
  'keys.agent-ended': warning('The key agent ended and is started again.'),
  'keys.agent-not-back': critical(
    'The key agent does not come back: the server stops unless it does.',
  ),
  'keys.no-paper': warning(
    'There is no recovery paper for the keys of now: onrecord key shares, or key kit.',
  ),
  'ldap.stopped': critical(
    'Many people or groups would vanish with the directory server, and nothing was done: see onrecord ldap sync --dry-run, then --confirm.',
  ),
  'ldap.not-synced': warning(
    'People and groups could not be compared with the directory server: everybody stays as they are.',
    'code',
  ),
  'scrub.finding': critical(
    'The scrubber found something that is not as it was: run onrecord verify, and keep the disk.',
    'where',
  ),
  'scrub.failed': warning('The scrubber has ended: the next start begins where it was.'),
  'scrub.not-kept': warning('How far the scrubber is could not be written: look at the disk.'),
  'disposal.overdue': warning(
    'Something is due and nobody has decided: see onrecord disposal due.',
  ),
  'disposal.not-proposed': warning('What is due could not be proposed: see onrecord disposal due.'),
  'disposal.not-carried-out': critical(
    'What was approved could not be carried out: see onrecord disposal list.',
    'run',
  ),
  'siem.lagging': warning(
    'Acts wait to be sent to ONRECORD_SIEM_URL: look at the receiver and at the network. Nothing is lost meanwhile.',
  ),
  'siem.failed': warning('Acts could not be read or marked as sent: look at the disk.'),
  'audit.digest-not-made': warning(
    'The digest of who looked at what could not be made or told: it is tried again each hour.',
  ),
  'audit.connections-not-kept': warning(
    'From where people connect could not be written: look at the disk.',
  ),
  'witness.split-view': critical(
    'A witness has another history under this log’s name: stop, and find out who signs with its keys.',
    'witness',
  ),
  'witness.refused-head': critical(
    'A witness has seen a larger head than this log has: it was rolled back, or is not the only one.',
    'origin',
  ),
  'witness.kept-damaged': critical('A head that witnesses signed is damaged: run onrecord verify.'),
  'witness.round-failed': warning('Witnesses could not be shown the newest head.'),
  'witness.not-asked': warning(
    'A witness does not answer: see its address in the policy.',
    'witness',
  ),
  'witness.not-cosigned': warning('A witness did not sign: what it said is in the log.', 'witness'),
  'timestamp.refused': warning(
    'The time-stamping service gave no stamp: see ONRECORD_TIMESTAMP_URL.',
  ),
  'statements.failed': critical('The hourly statement could not be made: see the log.'),
  'search.failed': warning('Searches have ended until the next start.'),
  'search.partition-lost': warning(
    'A part of the search index could not be opened and is made anew.',
    'bucket',
  ),
  'search.not-sealed': warning('The search index could not be written: look at the disk.'),
  'search.record-unreadable': critical(
    'A record cannot be opened: run onrecord verify.',
    'position',
  ),
  'files.unreadable': critical('A file cannot be opened: run onrecord verify.'),
  'files.record-unreadable': critical(
    'A record that names a file cannot be opened: run onrecord verify.',
    'position',
  ),
  'files.scanner-failed': critical(
    'The virus scanner does not answer: uploads are refused until it does.',
  ),
  'files.sweep-failed': warning('Files that nobody named could not be removed: look at the disk.'),
  'break-glass.opened': loud(
    'Sealed access was opened for somebody from outside: see onrecord break-glass list. If nobody knows of it, end it.',
    'envelope',
  ),
  'break-glass.refused': loud(
    'Somebody tried to open sealed access with words that do not open it: see onrecord audit list.',
    'envelope',
  ),
  'break-glass.ended': warning(
    'Sealed access is over: prepare a new envelope where there has to be one.',
    'envelope',
  ),
  'break-glass.not-told': critical('Not everybody was told of sealed access: tell them.'),
  'break-glass.not-ended': critical('Sealed access could not be ended: see the log.'),
  'export.failed': warning('An export could not be made: see the log, then ask for it anew.'),
  'export.stopped': warning(
    'Exports wait, as nothing can be put on record: the next one that is asked for, or a start, takes them up.',
  ),
  'export.not-swept': warning('Bundles whose time is over could not be removed: look at the disk.'),
  'files.state-behind': warning(behind),
  'rooms.store-behind': warning(behind),
  'rooms.guest-not-settled': warning(
    'A guest could not be let into a room, or out of it, as his invitation has it: see why nothing is recorded. A start makes up for it.',
  ),
  'directory.guests-not-ended': warning(
    'That a guest’s time is over could not be put on record: see why nothing is recorded. He is out all the same.',
  ),
  'records.state-behind': warning(behind),
  'directory.state-behind': warning(behind),
  'xmpp.positions-not-stored': warning(behind),
  's2s.position-not-stored': warning(behind),
  'ways.not-noted': warning(
    'Which ways out are open could not be put on record: see why nothing is recorded.',
  ),
  'approvals.unknown-outcome': warning(
    'What was approved was begun, and the server stopped before it was known to be done: look whether it was.',
  ),
  'tls.reload-refused': critical(
    'The new certificate cannot be used: the old one stays until it ends.',
  ),
  'tls.domain-not-covered': warning(
    'The certificate is not for this domain: clients will refuse it.',
    'domain',
  ),
  'tls.ends-soon': critical('The certificate ends within two weeks: put a new one in its place.'),
  'capacity.disk': critical(
    'The disk has less than a tenth left: make room before nothing is recorded.',
  ),
  'component.disconnected': warning(
    'A component has gone: what is sent there comes back.',
    'domain',
  ),
  'server.connections-full': warning(
    'There is no room for more connections: raise the limit of open files.',
  ),
  'server.stop-took-too-long': warning('The server did not stop in time.'),
  'api.handler-failed': critical('The API failed at a request: see the log.'),
  'xmpp.handler-failed': critical('A feature failed at a stanza: see the log.'),
  'directory.no-credential': warning(
    'Somebody has no password any more, as the state is of an older backup: set a new one.',
    'person',
  ),
}

/** Those that tell of one request or one client, are told by another alarm, or end the process anyway. */
export const needNone: readonly string[] = [
  'api.feed-failed',
  'audit.attempt-not-noted',
  'audit.stream-failed',
  'audit.connections-left-out',
  'component.refused',
  'directory.app-password-use-not-noted',
  'contacts.not-told',
  'directory.session-kept',
  'directory.session-not-noted',
  'directory.token-use-not-noted',
  'directory.tokens-kept',
  'files.handler-failed',
  'files.not-closed',
  'intake.marks-dropped',
  'intake.marks-refused',
  'offline.fatal',
  'push.bookmarks-not-read',
  'push.disabled',
  'push.not-stored',
  'rooms.bookmark-not-changed',
  's2s.queue-cut-off',
  's2s.return-not-recorded',
  's2s.unreachable',
  'scrub.refused',
  'search.made-anew',
  'server.fatal',
  'siem.not-sent',
  'statements.refused',
  'stream.negotiation-failed',
  'webhook.answer-not-said',
  'webhook.failed',
  'webhook.not-taken',
  'xmpp.account-not-loaded',
  'xmpp.notice-not-said',
  'xmpp.offline-not-delivered',
  'xmpp.pep-not-sent',
  'xmpp.removed-contact-kept',
  'xmpp.requests-not-shown',
  'xmpp.sign-ins-not-stored',
]
