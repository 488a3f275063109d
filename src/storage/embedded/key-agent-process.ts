// The key agent: a process that has the vault open, and nothing else. `key-agent.ts` starts it, and has the only line to it, which the system
// made for the two of them: there is no socket that somebody else could find. It ends with whoever started it.

import { join } from 'node:path'
import process from 'node:process'
import { systemClock } from '../../base/clock.ts'
import { withFileLock } from '../../base/file-lock.ts'
import { guardedAnswers } from '../../record/keys/guard.ts'
import { openAnswers } from '../../record/keys/open-keys.ts'
import { openingsJournal } from '../files/openings-journal.ts'
import { newVault, vaultPartsAt } from './data-vault.ts'
import { failureOf } from './failure.ts'
import { dataPaths } from './integrator-messages.ts'
import { type FromAgent, lockOf, type ToAgent } from './key-agent-messages.ts'
import { lineTo } from './key-line.ts'

/** One of before may be at its last write still. */
const lockWaitMsMax = 10_000

type Opening = Extract<ToAgent, { readonly kind: 'open' }>

function say(message: FromAgent): void {
  process.send?.(message)
}

async function serve({ place, domain, generation, hotMs }: Opening): Promise<void> {
  const parts = vaultPartsAt(place)
  const kits = domain === null ? [] : await newVault(parts, domain)
  const opened = await openAnswers(parts)
  const journal = openingsJournal(join(place.dataDir, dataPaths.openings), opened.journalKey)
  const answers = guardedAnswers(opened, { journal, hotMs, clock: systemClock })
  const { ask } = lineTo({ ...opened, answers }, generation)
  process.on('message', (message: ToAgent) => {
    if (message.kind !== 'call') return
    const { number, call } = message
    void ask(call).then((reply) => say({ kind: 'reply', number, reply }))
  })
  say({ kind: 'up', kits })
  // For as long as there is somebody to answer.
  await new Promise((resolve) => process.once('disconnect', resolve))
}

// A terminal tells all that runs in it to end. The server ends first, in its own order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
process.once('disconnect', () => process.exit(0))
process.once('message', (opening: ToAgent) => {
  if (opening.kind !== 'open') return
  const lock = lockOf(opening.place.dataDir)
  withFileLock(lock, lockWaitMsMax, async () => await serve(opening)).catch((error: unknown) => {
    say({ kind: 'failed', failure: failureOf(error) })
  })
})
