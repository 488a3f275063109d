// Holds against disposal, exhaustively for a small world: whatever is placed, released, carried on or killed, in every order.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversation, newRecord, person } from '../../../test/fakes/new-record.ts'
import { openedAt } from '../../../test/fakes/record.ts'
import { holdersOf } from '../holds/holders.ts'
import { holdRegister, type HoldRegister } from '../holds/register.ts'
import { factsOf } from '../holds/facts.ts'
import { type Matching } from '../holds/ports.ts'
import { type Scope } from '../holds/scope.ts'
import { nextStep, type Step } from './steps.ts'

const nobody: Matching = { wasIn: () => false, isFound: () => null }

/** The bucket's records: one of each person. */
const records = [1, 2, 3].map((n) => {
  const sent = { conversation: conversation(n), sender: person(n), views: [] }
  return factsOf(openedAt(newRecord(sent), n))
})

/** Who is held by the first hold, and by the second: they overlap in one record. */
const scopes = [[1, 2], [2]].map((persons): Scope => ({
  persons: persons.map(person),
  conversations: [],
  query: null,
  from: null,
  until: null,
}))

type Entry =
  | { readonly kind: 'place'; readonly hold: number }
  | { readonly kind: 'release'; readonly hold: number }
  | { readonly kind: 'approve' | 'refuse' | 'intent' }
  | { readonly kind: 'commit'; readonly survivors: readonly number[] }
  | { readonly kind: 'certificate' }

/** All that there is. What a kill takes is in `memory`. */
type World = {
  readonly log: readonly Entry[]
  /** Records that open. */
  readonly keys: readonly number[]
  readonly bodies: readonly number[]
  /** What was worked out before the commit, as it was written down. */
  readonly plan: readonly number[] | null
  readonly isOpen: boolean
  readonly kills: number
  readonly memory: {
    readonly intent: number | null
    /** Survivors, and how much of the log they are of. */
    readonly resolved: { readonly survivors: readonly number[]; readonly size: number } | null
    readonly isDeleted: boolean
  }
}

const asleep: World['memory'] = { intent: null, resolved: null, isDeleted: false }
const everything = records.map((_, i) => i)
const start: World = {
  log: [],
  keys: everything,
  bodies: everything,
  plan: null,
  isOpen: true,
  kills: 0,
  memory: asleep,
}

/** Each leaves another intent on record, so there would be no end of them. */
const killsMax = 2

function find(log: readonly Entry[], kind: Entry['kind']): number | null {
  const at = log.findLastIndex((entry) => entry.kind === kind)
  return at < 0 ? null : at
}

function holdsIn(log: readonly Entry[]): HoldRegister {
  const register = holdRegister()
  const placed = new Map<number, number>()
  for (const [position, entry] of log.entries()) {
    const said = { by: person(9), name: '', reason: '' }
    const place = { position, at: 0 }
    const scope = entry.kind === 'place' ? scopes[entry.hold] : undefined
    if (entry.kind === 'place' && scope) {
      placed.set(entry.hold, position)
      register.apply({ kind: 'hold.place', ...said, scope }, place)
    }
    if (entry.kind === 'release') {
      const hold = placed.get(entry.hold) ?? -1
      register.apply({ kind: 'hold.release', ...said, hold, needs: 1 }, place)
    }
  }
  return register
}

/** What is held of what is there, decided at that position. */
function heldAt({ log, keys }: Pick<World, 'log' | 'keys'>, position: number): readonly number[] {
  const holds = holdsIn(log).inForce(position)
  return keys.filter((i) => {
    const record = records[i]
    return record !== undefined && holdersOf(record, holds, nobody).length > 0
  })
}

function stepOf({ log, keys, plan, isOpen, memory }: World): Step {
  const commit = find(log, 'commit')
  return nextStep({
    isApproved: find(log, 'approve') !== null && find(log, 'refuse') === null,
    isOpen,
    intent: memory.intent,
    commit,
    isTurned: commit !== null && keys.every((i) => plan?.includes(i)),
    isDeleted: memory.isDeleted,
    certificate: find(log, 'certificate'),
  })
}

type Next = { readonly name: string; readonly world: World }

/** What the executor may do, and what a kill in the middle of it leaves. */
function carriedOn(world: World): Next[] {
  const { log, keys, bodies, plan, memory } = world
  const to = (name: string, change: Partial<World>): Next => ({
    name,
    world: { ...world, ...change },
  })
  const killed = (name: string, change: Partial<World>): Next[] =>
    world.kills === killsMax
      ? []
      : [to(name, { ...change, kills: world.kills + 1, memory: asleep })]
  const append = (entry: Entry): readonly Entry[] => [...log, entry]
  const step = stepOf(world)
  switch (step) {
    case 'close':
      return [to(step, { isOpen: false })]
    case 'intent':
      return [
        to(step, {
          log: append({ kind: 'intent' }),
          memory: { ...memory, intent: log.length },
        }),
      ]
    case 'commit': {
      const { resolved } = memory
      if (resolved === null) {
        const survivors = heldAt(world, log.length)
        return [to('resolve', { memory: { ...memory, resolved: { survivors, size: log.length } } })]
      }
      // In one turn with whoever places holds: what came since it was resolved is looked at again.
      const survivors =
        resolved.size === log.length ? resolved.survivors : heldAt(world, log.length)
      const committed = append({ kind: 'commit', survivors })
      return [
        ...killed('plan, killed', { plan: survivors }),
        to(step, { plan: survivors, log: committed }),
      ]
    }
    case 'turn':
      return [to(step, { keys: keys.filter((i) => plan?.includes(i)) })]
    case 'delete':
      return [
        ...killed('delete, killed', { bodies: bodies.filter((i) => i === 0 || keys.includes(i)) }),
        to(step, {
          bodies: bodies.filter((i) => keys.includes(i)),
          memory: { ...memory, isDeleted: true },
        }),
      ]
    case 'certify':
      return [to(step, { log: append({ kind: 'certificate' }) })]
    case 'wait':
    case 'done':
      return []
    default:
      throw new Error(step)
  }
}

function others(world: World): Next[] {
  const { log } = world
  const append = (name: string, entry: Entry): Next => ({
    name,
    world: { ...world, log: [...log, entry] },
  })
  const has = (kind: 'place' | 'release', hold: number): boolean =>
    log.some((entry) => entry.kind === kind && 'hold' in entry && entry.hold === hold)
  const next: Next[] = []
  for (const hold of scopes.keys()) {
    if (!has('place', hold)) next.push(append(`place ${hold}`, { kind: 'place', hold }))
    else if (!has('release', hold)) next.push(append(`release ${hold}`, { kind: 'release', hold }))
  }
  if (find(log, 'approve') === null) next.push(append('approve', { kind: 'approve' }))
  else if (find(log, 'refuse') === null && find(log, 'commit') === null)
    next.push(append('refuse', { kind: 'refuse' }))
  if (world.memory !== asleep && world.kills < killsMax)
    next.push({
      name: 'kill',
      world: { ...world, kills: world.kills + 1, memory: asleep },
    })
  return next
}

/** What has to be so in each world, wherever it came from. */
function check(world: World, path: readonly string[]): void {
  const { log, keys, bodies } = world
  const why = path.join(', ')
  const commit = find(log, 'commit')
  assert.ok(log.filter(({ kind }) => kind === 'commit').length <= 1, why)
  if (commit === null) {
    assert.deepEqual(keys, everything, `nothing goes before a commit: ${why}`)
    assert.deepEqual(bodies, everything, why)
    return
  }
  const entry = log[commit]
  assert.ok(entry?.kind === 'commit')
  const held = heldAt({ log, keys: everything }, commit)
  assert.deepEqual(entry.survivors, held, `what was held at the commit is what survives: ${why}`)
  for (const i of held) {
    assert.ok(keys.includes(i), `record ${i} was held and cannot be opened: ${why}`)
    assert.ok(bodies.includes(i), `record ${i} was held and is gone: ${why}`)
  }
  if (find(log, 'certificate') === null) return
  assert.deepEqual(keys, held, `a certificate, and more can be opened: ${why}`)
  assert.deepEqual(bodies, held, `a certificate, and more is there: ${why}`)
}

/** Calls for each world that can be reached, once. */
function explore(visit: (world: World, path: readonly string[]) => void): number {
  const seen = new Set<string>()
  const queue: { readonly world: World; readonly path: readonly string[] }[] = [
    { world: start, path: [] },
  ]
  for (let item = queue.pop(); item; item = queue.pop()) {
    const { world, path } = item
    const name = JSON.stringify(world)
    if (seen.has(name)) continue
    seen.add(name)
    visit(world, path)
    for (const next of [...carriedOn(world), ...others(world)])
      queue.push({ world: next.world, path: [...path, next.name] })
  }
  return seen.size
}

test('in every order of holds, releases, steps and kills: nothing held is lost, and nothing destroyed comes back', () => {
  const worlds = explore((world, path) => {
    check(world, path)
    for (const { world: next, name } of [...carriedOn(world), ...others(world)]) {
      const back = next.keys.filter((i) => !world.keys.includes(i))
      assert.deepEqual(back, [], `destroyed, and back: ${[...path, name].join(', ')}`)
    }
  })
  assert.ok(worlds > 1_000, `${worlds} worlds`)
})

test('from wherever a run is, carrying on without a kill ends it, or waits for an approval', () => {
  explore((world, path) => {
    let at = world
    for (let steps = 0; ; steps++) {
      const next = carriedOn(at).at(-1)
      if (!next) break
      at = next.world
      assert.ok(steps < 10, `it does not end: ${path.join(', ')}`)
    }
    assert.ok(['done', 'wait'].includes(stepOf(at)), path.join(', '))
    if (stepOf(at) === 'wait') assert.equal(find(at.log, 'commit'), null)
  })
})

test('releasing one hold never frees what another has', () => {
  explore(({ log }, path) => {
    const released = log.flatMap((entry) => (entry.kind === 'release' ? [entry.hold] : []))
    const standing = [...scopes.keys()]
      .filter((hold) => log.some((entry) => entry.kind === 'place' && entry.hold === hold))
      .filter((hold) => !released.includes(hold))
    const held = heldAt({ log, keys: everything }, log.length)
    for (const hold of standing)
      for (const one of scopes[hold]?.persons ?? [])
        assert.ok(held.includes(Number.parseInt(one, 16) - 1), path.join(', '))
  })
})
