// The suite of key holders against real ones: `npm run interop`, with the settings of docs/operate/keys.md. Nothing else needs it.
//   ONRECORD_KEY_HOLDERS=transit:http://127.0.0.1:8200/transit ONRECORD_VAULT_TOKEN_FILE=token npm run interop
// It makes a few keys there and destroys some of them; in AWS KMS a key costs until its window is over.

import { test } from 'node:test'
import { systemRandom } from '../../src/base/random.ts'
import { readConfig } from '../../src/server/config.ts'
import { openHolders } from '../../src/storage/key-holders/open-holders.ts'
import { keyHolderConformance } from '../conformance/key-holder.ts'

// oxlint-disable-next-line node/no-process-env -- a program of its own
const { keyHolders } = readConfig({ env: process.env })
const { holders } = openHolders(keyHolders, systemRandom())
const real = holders.filter(({ kind }) => kind !== 'file')
for (const holder of real) keyHolderConformance(holder.name, async () => holder)
if (real.length === 0) {
  test('key holders', { skip: 'ONRECORD_KEY_HOLDERS names neither a transit engine nor AWS KMS' })
}
