import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { vaultStoreConformance } from '../../../test/conformance/vault-store.ts'
import { memoryVaultStore } from '../../../test/fakes/vault.ts'
import { fileVaultStore } from './vault-store.ts'

const root = mkdtempSync(join(tmpdir(), 'onrecord-vault-'))
after(() => rmSync(root, { recursive: true }))
let made = 0

vaultStoreConformance('vault file', async () => fileVaultStore(join(root, `vault-${made++}`)))
vaultStoreConformance('memory vault store', async () => memoryVaultStore())
