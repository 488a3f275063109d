// Step 6: numbers without gaps, and every position of the range shown or excluded for a reason that holds.
import { hasFields, hex, isCount, need } from './bytes.mjs'
import { personsIn } from './entries.mjs'

const reasons = ['other-conversation', 'not-of-person', 'withheld', 'destroyed', 'unreadable']
/** Acts that may be shown whatever was asked for: they say who had which address, or what was done with the records. */
export const isAboutRecords = (kind) => /^(?:hold\.|disposal\.|erasure\.|search$|read$|export$)/.test(kind)
const isAlways = (kind) => isAboutRecords(kind) || /^(?:person\.|key\.signing$)/.test(kind)

/** What a line of excluded.jsonl says. */
export function parseExclusion(value) {
  const isForm = hasFields(value, 'from', 'to', 'reason', ...(value?.reason === 'withheld' ? ['note'] : []))
  const isGood = isForm && isCount(value.from) && isCount(value.to) && value.from < value.to && reasons.includes(value.reason)
  need(isGood, 6, 'exclusion.form', 'excluded.jsonl has a line that is no exclusion')
  return value
}

/** Whether the manifest's scope allows this reason. It was on record before the bundle was made. */
export function checkReason({ from, to, reason, note }, { scope }) {
  const isAllowed = {
    'other-conversation': scope.conversations !== null,
    'not-of-person': scope.persons !== null,
    withheld: scope.withhold.some((one) => one.from <= from && to <= one.to && one.reason === note),
  }
  need(isAllowed[reason] ?? true, 6, 'exclusion.reason', `positions ${from} to ${to - 1} are excluded as '${reason}', which was not asked for`)
}

/** Follows the entries in log order. @param manifest says what was asked for */
export function followChain({ scope, ranges: [{ from }] }) {
  const [asked, persons] = [scope.conversations, scope.persons].map((list) => list && new Set(list))
  // By bucket and handle, by conversation, by sender: what grows here grows with these, and not with records.
  const [handles, conversations, senders, wanted] = [new Map(), new Map(), new Map(), new Map()]
  // Where the range begins with the log, every number begins with 0.
  const begun = () => (from === 0 ? { seq: -1, leaf: null, hidden: 0, ours: 0, opaque: 0, isBefore: false, handles: new Map() } : undefined)
  // Entries that are not shown: all, those that may be of a conversation that was asked for, those that may be of a person who was.
  const counts = { hidden: 0, ours: 0, opaque: 0 }
  let lastAt = 0
  function handleOf({ bucket, handle }) {
    const name = `${bucket} ${handle}`
    if (!handles.has(name)) handles.set(name, { conv: null, next: from === 0 ? 0 : null, last: null, excluded: null })
    return handles.get(name)
  }
  /** How many numbers between that one and this no entry can have which is not shown; 0 where the range begins behind that one. */
  const missing = (last, seq, which) => (last === undefined || last.isBefore ? 0 : seq - last.seq - 1 - (counts[which] - last[which]))
  const ofConversation = (conv) => (asked?.has(conv) ? 'ours' : 'hidden')
  // What a person said is of that person: it cannot be among what was excluded as somebody else's.
  const ofSender = (sender) => (persons?.has(sender) && asked === null ? 'opaque' : 'hidden')
  return {
    handles, conversations, senders, wanted,
    beginRange() {
      for (const one of [...conversations.values(), ...senders.values()]) one.isBefore = true
    },
    /** An entry of the range. @param exclusion null where it is shown @param envelope null where it is not shown, or masked */
    entry(entry, exclusion, envelope) {
      const [{ index, seq }, handle] = [entry, handleOf(entry)]
      need(seq === (handle.next ?? seq), 6, 'seq.gap', `entry ${index} has number ${seq} in its conversation and bucket, and ${handle.next} comes next`)
      Object.assign(handle, { next: seq + 1, last: index })
      if (envelope !== null) return
      const isOthers = exclusion?.reason === 'other-conversation'
      counts.hidden++
      counts.ours += isOthers ? 0 : 1
      counts.opaque += isOthers || exclusion?.reason === 'not-of-person' ? 0 : 1
      if (isOthers) handle.excluded = index
    },
    /** What a record says of itself, in the range or outside of it. */
    envelope(entry, envelope, leaf, isInRange) {
      const [{ index, bucket, handle: name }, handle] = [entry, handleOf(entry)]
      const { conv, conv_seq: seq, conv_prev: prev, sender, sender_seq: senderSeq, t_server: at } = envelope
      need(at >= lastAt, 6, 'time.backwards', `record ${index} is of an earlier time than a record before it`)
      lastAt = at
      if (isInRange) checkScope(index, envelope)
      need((handle.conv ??= conv) === conv, 6, 'handle.conversation', `record ${index} is of another conversation than those of its handle`)
      const last = conversations.get(conv) ?? begun()
      const ofBuckets = last?.handles ?? new Map()
      need((ofBuckets.get(bucket) ?? name) === name, 6, 'handle.two', `record ${index} has another handle than its conversation in that bucket`)
      ofBuckets.set(bucket, name)
      need((prev === null) === (seq === 0), 6, 'conv.prev', `record ${index} is number ${seq} of its conversation, and names what is not before it`)
      need(last === undefined || seq > last.seq, 6, 'conv.order', `record ${index} has number ${seq} in its conversation, after number ${last?.seq}`)
      const gap = isInRange ? missing(last, seq, ofConversation(conv)) : 0
      need(gap <= 0, 6, 'conv.gap', `${gap} records of the conversation of record ${index} are missing before it`)
      const isNext = seq === last?.seq + 1
      need(!isNext || prev === last.leaf, 6, 'conv.prev', `record ${index} does not name the record before it`)
      if (prev !== null && !isNext && isInRange)
        wanted.set(prev, { index, isAsked: asked?.has(conv) === true, mustBe: last !== undefined && !last.isBefore })
      conversations.set(conv, { seq, leaf: hex(leaf), isBefore: false, handles: ofBuckets, ...counts })
      if (sender === null || !isInRange) return
      const before = senders.get(sender) ?? begun()
      need(before === undefined || senderSeq > before.seq, 6, 'sender.order', `record ${index} has number ${senderSeq} of its sender, after ${before?.seq}`)
      const lost = missing(before, senderSeq, ofSender(sender))
      need(lost <= 0, 6, 'sender.gap', `${lost} records of the sender of record ${index} are missing before it`)
      senders.set(sender, { seq: senderSeq, isBefore: false, ...counts })
    },
    /** Nothing that was asked for is excluded as another's, or missing at the end.
     * @param ends how many records there were when the export was asked for; null where the range does not go so far
     * @returns whether all that was asked for was held against them */
    end(ends) {
      for (const { conv, excluded } of handles.values())
        need(excluded === null || !asked?.has(conv), 6, 'exclusion.false', `record ${excluded} is of a conversation that was asked for, and is excluded`)
      if (ends === null) return false
      const held = new Set()
      const check = (of, { id, next }, which, code) => {
        const last = of.get(id) ?? begun()
        const gap = missing(last, next, which)
        need(gap <= 0, 6, code, `${gap} records of ${id} are missing behind the last that is shown: it had ${next} when the export was asked for`)
        // What was said behind it may be what is destroyed or withheld, and may be something else.
        if (last?.isBefore === false && next - last.seq === 1) held.add(id)
      }
      for (const one of ends.conversations) check(conversations, one, ofConversation(one.id), 'conv.gap')
      for (const one of ends.persons) check(senders, one, ofSender(one.id), 'sender.gap')
      return [...(scope.conversations ?? []), ...(scope.persons ?? [])].every((id) => held.has(id))
    },
  }
  function checkScope(index, envelope) {
    const { kind, conv, t_server: at } = envelope
    const isOfTime = at >= (scope.time?.from ?? 0) && at < (scope.time?.until ?? Infinity)
    need(isOfTime, 6, 'scope.time', `record ${index} is not of the time that was asked for`)
    if (isAlways(kind)) return
    need(asked === null || asked.has(conv), 6, 'scope.conversation', `record ${index} is of a conversation that was not asked for`)
    need(persons === null || personsIn(envelope).some((id) => persons.has(id)), 6, 'scope.person', `record ${index} is of nobody who was asked for`)
  }
}
