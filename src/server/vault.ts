import { join } from 'node:path'
import { systemTicks } from '../base/clock.ts'
import { OperatorError } from '../base/errors.ts'
import { type Log } from '../base/log.ts'
import { systemTimer } from '../base/timer.ts'
import { decodeHistory, historyItemBytes } from '../record/integrate/checkpoint-history.ts'
import { keysOver } from '../record/keys/answers.ts'
import { openAnswers } from '../record/keys/open-keys.ts'
import { type Keys } from '../record/keys/ports.ts'
import { type NotWritable } from '../record/ports.ts'
import { newVault, vaultPartsAt } from '../storage/embedded/data-vault.ts'
import { dataPaths } from '../storage/embedded/integrator-messages.ts'
import { startKeyAgent } from '../storage/embedded/key-agent.ts'
import { keysOnLine, lineTo, type KeyedPlace } from '../storage/embedded/key-line.ts'
import { provingLine, type ActShower } from '../storage/embedded/proving-line.ts'
import { fileCheckpointStore } from '../storage/files/checkpoint-store.ts'
import { type Config } from './config.ts'
import { hasRecord } from './new-record.ts'
import { type Outside } from './storage.ts'

/** The vault while a data folder is open. */
export type OpenVault = {
  readonly keys: Keys
  /** For threads that need keys, too. */
  readonly place: KeyedPlace
  /** The same for threads that open many records: a question over a line takes as long as opening one, so that they open the vault by themselves where they may. */
  readonly reading: KeyedPlace
  /** Why nothing can be sealed just now; null while it can. */
  readonly refusal: () => NotWritable | null
  /** Takes what shows officers' acts to a key agent, once the record is open. */
  readonly showWith: (show: ActShower) => void
}

/**
 * Opens the data folder's vault, here or in a key agent. A folder without a record gets a new one, and each holder a new key.
 *
 * @param opened takes what ends the agent
 * @throws {OperatorError} when vault, keys and folder do not fit each other
 */
export async function openVault(
  config: Config,
  outside: Pick<Outside, 'log' | 'clock' | 'onNewKey' | 'fatal'>,
  opened: AsyncDisposableStack,
): Promise<OpenVault> {
  const { data, domain } = config
  const vault =
    config.keyAgent === 'process'
      ? await openBeside(config, outside, opened)
      : await openHere(config, outside)
  const { keys } = vault
  const [owner = ''] = keys.log.origin.split('/log/')
  if (owner === domain) {
    await settle(keys, outside.log)
    await keys.startSigning(async () => await signedSize(data))
    return vault
  }
  throw new OperatorError(
    'vault.other-domain',
    `The record in ${data} is that of ${owner}, not of ${domain}: set ONRECORD_DOMAIN=${owner}, or another ONRECORD_DATA.`,
  )
}

async function openHere(
  { data, keyHolders, domain }: Config,
  { clock, onNewKey }: Pick<Outside, 'clock' | 'onNewKey'>,
): Promise<OpenVault> {
  const place = { dataDir: data, holders: keyHolders }
  const parts = vaultPartsAt(place, clock)
  if (!(await hasRecord(data))) (await newVault(parts, domain)).forEach(onNewKey)
  const vault = await openAnswers(parts)
  const keys = keysOver(vault.answers, vault.known, { ...vault, random: parts.random })
  const lined = { ...place, line: lineTo(vault) }
  return { keys, place: lined, reading: place, refusal: () => null, showWith: () => undefined }
}

async function openBeside(
  { data, keyHolders, domain, hotMs }: Config,
  { log, fatal, onNewKey }: Pick<Outside, 'log' | 'fatal' | 'onNewKey'>,
  opened: AsyncDisposableStack,
): Promise<OpenVault> {
  const place = { dataDir: data, holders: keyHolders }
  const isNew = !(await hasRecord(data))
  const running = { log, fatal, ticks: systemTicks, timer: systemTimer }
  const opening = { place, domain: isNew ? domain : null, hotMs }
  const agent = await startKeyAgent(opening, running)
  opened.defer(async () => await agent.close())
  agent.kits.forEach(onNewKey)
  const { refusal } = agent
  const line = provingLine(agent)
  const lined = { ...place, line }
  const { showWith } = line
  return { keys: await keysOnLine(line), place: lined, reading: lined, refusal, showWith }
}

/** Of the largest tree that was signed. */
export async function signedSize(data: string): Promise<number> {
  const history = await fileCheckpointStore(join(data, dataPaths.log)).history()
  return decodeHistory(history.subarray(-historyItemBytes)).at(-1)?.size ?? 0
}

/** Finishes what a stop has left of a turn. A holder that is away does not keep the server from starting: another one has opened the vault. */
async function settle(keys: Keys, log: Log): Promise<void> {
  try {
    await keys.settle()
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error
    log.error('keys.not-destroyed', { why: error.message })
  }
}
