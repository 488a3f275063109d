import { type Element } from '../../../src/xml/element.ts'
import { serialize } from '../../../src/xml/serialize.ts'
import { matches, type Names } from './pattern.ts'

/** What is owed comes sooner. It only ends cases that fail. */
const patienceMs = 15_000
/** Longer than any case takes. */
const idleMs = 120_000

/** Somebody's end of a stream: what it brought, until a case has looked at it. */
export type Party = {
  /** @returns once something matches, which is taken out; with `isNext`, only what came directly after the last one that was taken */
  take(pattern: Element, names: Names, isNext: boolean): Promise<Element>
  has(pattern: Element, names: Names): boolean
  /** Looks at everything as read. */
  drop(): void
  /** Resolves when the server has ended the stream. */
  ended(): Promise<void>
  /** For messages of failed cases. */
  unread(): string
}

type Numbered = { readonly number: number; readonly element: Element }

/** @param source the next element, null at the end */
export function party(source: (patienceMs: number) => Promise<Element | null>): Party {
  let inbox: Numbered[] = []
  let count = 0
  let lastTaken = -1
  let isOver = false
  let broken: Error | null = null
  let wake: (() => void) | null = null

  async function pump(): Promise<void> {
    for (;;) {
      const element = await source(idleMs)
      if (element === null) return
      inbox.push({ number: count++, element })
      wake?.()
    }
  }
  void pump()
    .catch((error: Error) => (broken = error))
    .finally(() => {
      isOver = true
      wake?.()
    })

  /** @returns false when nothing more comes */
  async function arrival(until: number): Promise<boolean> {
    const left = until - performance.now()
    if (isOver || left <= 0) return false
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, left)
    await Promise.race([new Promise<void>((resolve) => (wake = resolve)), late.promise])
    clearTimeout(timer)
    return performance.now() < until
  }

  const unread = (): string => {
    const left = inbox.map(({ element }) => `\n  ${serialize(element)}`).join('')
    return `${broken?.message ?? ''}${left === '' ? 'nothing is unread' : `unread:${left}`}`
  }

  return {
    unread,
    async take(pattern, names, isNext) {
      const until = performance.now() + patienceMs
      do {
        const found = inbox.find(
          ({ number, element }) =>
            (!isNext || number === lastTaken + 1) && matches(element, pattern, names),
        )
        if (!found) continue
        inbox = inbox.filter((other) => other !== found)
        lastTaken = found.number
        return found.element
      } while (await arrival(until))
      throw new Error(`no ${serialize(pattern)}\n${unread()}`)
    },
    has: (pattern, names) => inbox.some(({ element }) => matches(element, pattern, new Map(names))),
    drop() {
      inbox = []
      lastTaken = count - 1
    },
    async ended() {
      const until = performance.now() + patienceMs
      while (await arrival(until));
      if (!isOver) throw new Error(`the stream goes on; ${unread()}`)
      if (broken) throw broken
    },
  }
}
