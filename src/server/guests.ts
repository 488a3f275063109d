import { FatalError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { type Directory } from '../directory/ports.ts'

/** They are out in the moment of their date; this puts it on record, and ends what they had. */
const sweepMs = 2_000

/** Looks whose date has come, from now on. @returns what stops it */
export async function endGuestsInTime(
  { guests }: Pick<Directory, 'guests'>,
  { log, fatal }: { readonly log: Log; readonly fatal: (error: unknown) => void },
): Promise<() => void> {
  let isBusy = false
  const look = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    try {
      await guests.endDue()
    } catch (error) {
      if (error instanceof FatalError) fatal(error)
      // The record takes nothing: they are out all the same.
      else log.error('directory.guests-not-ended', { error: String(error) })
    } finally {
      isBusy = false
    }
  }
  await look()
  const timer = setInterval(() => void look(), sweepMs)
  timer.unref()
  return () => clearInterval(timer)
}
