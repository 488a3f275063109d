import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { flipped } from '../../../test/support/damage.ts'
import { recordFolder, type RecordFolder } from '../../../test/support/record-folder.ts'
import { hire, talk } from '../../../test/support/talk.ts'
import { readIfThere } from '../../base/files.ts'
import { openKeys } from '../../record/keys/open-keys.ts'
import { openerHere } from '../../record/verify/open-records.ts'
import { openedRuns, type Run } from '../../record/verify/opened-runs.ts'
import { type Opener, type RecordSource } from '../../record/verify/ports.ts'
import { fileBodyFiles } from '../files/body-store.ts'
import { oneKeyFile } from '../key-holders/open-holders.ts'
import { vaultPartsAt } from './data-vault.ts'
import { dataPaths } from './integrator-messages.ts'
import { openerThreads, type OpenerPlace } from './opener-threads.ts'

const size = 1_008

let folder: RecordFolder

before(async () => {
  folder = recordFolder()
  await folder.session(Date.UTC(2026, 10, 21), async (storage) => {
    await talk(storage.record, await hire(storage), { count: size - 8 })
  })
})

after(() => folder[Symbol.dispose]())

test('threads open what is opened here, in order, and find the same thing wrong', async () => {
  const bodies = folder.path('data/bodies/1')
  const sound = readFileSync(bodies)
  for (const at of [null, 3, 200_000, sound.length - 1]) {
    if (at !== null) writeFileSync(bodies, flipped(sound, at))
    const here = await runsOf(await inThisThread())
    assert.deepEqual(await runsOf(openerThreads(place(), 3)), here)
    assert.equal(
      here.every(({ opened }) => opened.finding === null),
      at === null,
    )
    writeFileSync(bodies, sound)
  }
})

test('what comes before a bundle that is missing is opened', async (t) => {
  const runs: number[] = []
  const opener = openerThreads(place(), 3)
  t.after(async () => await opener.close())
  await assert.rejects(async () => {
    for await (const { opened } of openedRuns(bundles('002'), size, opener))
      runs.push(opened.envelopes.length)
  }, /log\/tile\/entries\/002: the file is missing/)
  assert.deepEqual(runs, [256, 256])
})

test('a thread that cannot open the vault fails what was asked of it', async () => {
  const opener = openerThreads({ ...place(), holders: oneKeyFile(folder.path('keys/none')) }, 2)
  await assert.rejects(runsOf(opener), /needs the key \w+, which is not in the key file/)
})

function place(): OpenerPlace {
  const holders = oneKeyFile(folder.config.keyFile)
  return { dataDir: folder.path('data'), holders, isServed: false }
}

/** An opener in this thread. */
async function inThisThread(): Promise<Opener> {
  const keys = await openKeys(vaultPartsAt(place()))
  const files = fileBodyFiles(join(place().dataDir, dataPaths.bodies))
  return { ...openerHere(files, keys), close: async () => files.close() }
}

/** All runs up to the end; closes the opener. */
async function runsOf(opener: Opener): Promise<readonly Run[]> {
  try {
    const runs: Run[] = []
    for await (const run of openedRuns(bundles(), size, opener)) runs.push(run)
    return runs
  } finally {
    await opener.close()
  }
}

/** @param without a bundle that is not there */
function bundles(without: string | null = null): Pick<RecordSource, 'read'> {
  return {
    read: async (path) =>
      without !== null && path.endsWith(without)
        ? null
        : await readIfThere(folder.path(`data/${path}`)),
  }
}
