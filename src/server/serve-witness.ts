import { systemClock } from '../base/clock.ts'
import { listening } from './listening.ts'
import { openLog } from './log.ts'
import { takeOverEnding } from './stop-signals.ts'
import { openWitness, type WitnessSettings } from './witness-server.ts'

/**
 * Runs a witness until a signal says to stop.
 *
 * @param say a line for the person who started it
 * @returns the exit status
 * @throws {OperatorError} when it cannot start
 */
export async function serveWitness(
  settings: Pick<WitnessSettings, 'dir' | 'bind' | 'port' | 'logs'>,
  say: (line: string) => void,
): Promise<number> {
  const log = openLog('info', systemClock)
  const ending = takeOverEnding(log)
  try {
    const open = async () =>
      await openWitness({ ...settings, clock: systemClock, log, fatal: ending.fatal })
    const running = await listening({ ...settings, setting: '--listen' }, open)
    say(`Witness of ${running.origins.join(', ')} at http://${settings.bind}:${running.port}`)
    await ending.told
    await running.close()
    return 0
  } finally {
    ending.release()
  }
}
