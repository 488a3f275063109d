import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Opened } from '../../src/record/bodies/opened.ts'
import { recordOpener } from '../../src/record/bodies/opener.ts'
import { bodyReader } from '../../src/record/bodies/reader.ts'
import { openKeys } from '../../src/record/keys/open-keys.ts'
import { dataPaths } from '../../src/storage/embedded/integrator-messages.ts'
import { fileBodyFiles } from '../../src/storage/files/body-store.ts'
import { vaultPartsAt } from '../../src/storage/embedded/data-vault.ts'
import { oneKeyFile } from '../../src/storage/key-holders/open-holders.ts'
import { sqliteMailboxIndex } from '../../src/storage/sqlite/mailbox-index.ts'
import { readAll } from './read-all.ts'

/** All that a server has put on record, opened as who has its folders can: the server is stopped. */
export async function offlineRecord(place: {
  readonly data: string
  readonly keyFile: string
}): Promise<readonly Opened[]> {
  const inData = (name: string): string => join(place.data, name)
  const holders = oneKeyFile(place.keyFile)
  const keys = await openKeys(vaultPartsAt({ dataDir: place.data, holders }))
  const [, size = ''] = readFileSync(inData('log/checkpoint'), 'utf8').split('\n')
  const index = sqliteMailboxIndex(inData(dataPaths.mailbox))
  const files = fileBodyFiles(inData(dataPaths.bodies))
  try {
    const reader = bodyReader({
      opener: recordOpener({ index, files, keys, use: 'history' }),
      keys,
      cacheBytes: 0,
    })
    return await readAll(
      reader,
      Array.from({ length: Number(size) }, (_, position) => position),
    )
  } finally {
    index.close()
    files.close()
  }
}
