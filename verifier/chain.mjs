// Step 6: numbers without gaps, and every position of the range shown or excluded for a reason that holds.

import { Broken, hasFields, hex, isCount, strictJson } from './bytes.mjs'

const reasons = ['other-conversation', 'not-of-person', 'withheld', 'destroyed', 'unreadable']

/** A line of excluded.jsonl. */
export function parseExclusion(text) {
  const value = strictJson(text)
  const isGood = hasFields(value, ['from', 'to', 'reason', 'note?']) && isCount(value.from) && isCount(value.to) && value.from < value.to
  if (!isGood || !reasons.includes(value.reason) || ('note' in value) !== (value.reason === 'withheld'))
    throw new Broken(6, 'exclusion.form', 'excluded.jsonl has a line that is no exclusion')
  return value
}

/** Whether the manifest's scope allows this reason. It was on record before the bundle was made. */
export function checkReason({ from, to, reason, note }, { scope }) {
  const isAllowed = {
    'other-conversation': scope.conversations !== null,
    'not-of-person': scope.persons !== null,
    withheld: scope.withhold.some((one) => one.from <= from && to <= one.to && one.reason === note),
    destroyed: true,
    unreadable: true,
  }[reason]
  if (!isAllowed) throw new Broken(6, 'exclusion.reason', `positions ${from} to ${to - 1} are excluded as '${reason}', which was not asked for`)
}

/**
 * Follows the entries in log order.
 *
 * @param manifest says what was asked for
 */
export function followChain(manifest) {
  const { scope } = manifest
  const wantedConversations = scope.conversations && new Set(scope.conversations)
  const wantedPersons = scope.persons && new Set(scope.persons)
  // By bucket and handle, and by conversation, and by sender: what grows here grows with these, and not with records.
  const [handles, conversations, senders] = [new Map(), new Map(), new Map()]
  const wanted = new Map()
  // Where the range begins with the log, every number begins with 0.
  const isWhole = manifest.ranges[0].from === 0
  const begun = () => (isWhole ? { seq: -1, leaf: null, hidden: 0, ours: 0, opaque: 0, isBefore: false, handles: new Map() } : undefined)
  let [lastAt, opaque, hidden, ours] = [0, 0, 0, 0]

  function handleOf({ bucket, handle }) {
    const name = `${bucket} ${handle}`
    const there = handles.get(name) ?? { conv: null, next: isWhole ? 0 : null, excluded: null }
    handles.set(name, there)
    return there
  }

  return {
    handles,
    conversations,
    senders,
    wanted,
    beginRange() {
      for (const handle of handles.values()) handle.next = null
      for (const one of [...conversations.values(), ...senders.values()]) one.isBefore = true
    },
    /** An entry of a range. @param exclusion null where it is shown @param envelope null where it is not shown, or masked */
    entry(entry, { exclusion, envelope, isStatement }) {
      if (isStatement) return
      const { index, seq } = entry
      const handle = handleOf(entry)
      if (handle.next !== null && seq !== handle.next)
        throw new Broken(6, 'seq.gap', `entry ${index} has number ${seq} in its conversation and bucket, and ${handle.next} comes next`)
      handle.next = seq + 1
      if (envelope !== null) return
      hidden++
      if (exclusion?.reason !== 'other-conversation' && exclusion?.reason !== 'not-of-person') opaque++
      if (exclusion?.reason !== 'other-conversation') ours++
      else handle.excluded = index
    },
    /** What a record says of itself, in a range or outside of it. */
    envelope(entry, envelope, leaf, isInRange) {
      const { index } = entry
      const { conv, conv_seq: seq, conv_prev: prev, sender, sender_seq: senderSeq, t_server: at } = envelope
      if (at < lastAt) throw new Broken(6, 'time.backwards', `record ${index} is of an earlier time than a record before it`)
      lastAt = at
      if (isInRange) checkScope(entry, envelope)
      const handle = handleOf(entry)
      if (handle.conv !== null && handle.conv !== conv) throw new Broken(6, 'handle.conversation', `record ${index}: its handle is that of another conversation`)
      handle.conv = conv
      const last = conversations.get(conv) ?? begun()
      const handleThere = last?.handles.get(entry.bucket)
      if (handleThere !== undefined && handleThere !== entry.handle) throw new Broken(6, 'handle.two', `record ${index}: its conversation has two handles in one bucket`)
      if ((prev === null) !== (seq === 0)) throw new Broken(6, 'conv.prev', `record ${index} is number ${seq} of its conversation, and names ${prev === null ? 'none' : 'one'} before it`)
      if (last !== undefined) {
        if (seq <= last.seq) throw new Broken(6, 'conv.order', `record ${index} has number ${seq} in its conversation, after number ${last.seq}`)
        const between = wantedConversations?.has(conv) ? ours - last.ours : hidden - last.hidden
        const gap = seq - last.seq - 1
        if (!last.isBefore && isInRange && gap > between) throw new Broken(6, 'conv.gap', `${gap - between} records of the conversation of record ${index} are missing before it`)
        if (seq === last.seq + 1 && prev !== last.leaf) throw new Broken(6, 'conv.prev', `record ${index} does not name the record before it`)
      }
      const isNext = last !== undefined && seq === last.seq + 1
      if (prev !== null && !isNext && isInRange)
        wanted.set(prev, { index, isAsked: wantedConversations?.has(conv) === true, mustBe: last !== undefined && !last.isBefore })
      const of = last?.handles ?? new Map()
      of.set(entry.bucket, entry.handle)
      conversations.set(conv, { seq, leaf: hex(leaf), isBefore: false, handles: of, hidden, ours })
      if (sender !== null && isInRange) checkSender(index, sender, senderSeq)
    },
    /** What stands between two records that are shown of a sender, or a conversation, has to be something that is excluded. */
    end() {
      for (const { conv, excluded } of handles.values())
        if (excluded !== null && wantedConversations?.has(conv))
          throw new Broken(6, 'exclusion.false', `record ${excluded} is excluded as of another conversation, and is of one that was asked for`)
    },
  }

  function checkScope({ index }, { conv, sender, views, t_server: at, kind }) {
    const { time } = scope
    const isLate = time !== null && ((time.from !== null && at < time.from) || (time.until !== null && at >= time.until))
    if (isLate) throw new Broken(6, 'scope.time', `record ${index} is not of the time that was asked for`)
    // Acts that say who had which address are shown whatever was asked for.
    if (kind.startsWith('person.') || kind === 'export') return
    if (wantedConversations !== null && !wantedConversations.has(conv)) throw new Broken(6, 'scope.conversation', `record ${index} is of a conversation that was not asked for`)
    const isTheirs = wantedPersons === null || [sender, ...views.flatMap(({ owner, peer }) => [owner, peer])].some((id) => wantedPersons.has(id))
    if (!isTheirs) throw new Broken(6, 'scope.person', `record ${index} is of nobody who was asked for`)
  }

  function checkSender(index, sender, seq) {
    const last = senders.get(sender) ?? begun()
    if (last !== undefined) {
      const gap = seq - last.seq - 1
      if (gap < 0) throw new Broken(6, 'sender.order', `record ${index} has number ${seq} of its sender, after number ${last.seq}`)
      // What a person said is of that person: it cannot be among what was excluded as somebody else's.
      const isOurs = wantedPersons?.has(sender) && wantedConversations === null
      const between = isOurs ? opaque - last.opaque : hidden - last.hidden
      if (!last.isBefore && gap > between) throw new Broken(6, 'sender.gap', `${gap - between} records of the sender of record ${index} are missing before it`)
    }
    senders.set(sender, { seq, opaque, hidden, isBefore: false })
  }
}
