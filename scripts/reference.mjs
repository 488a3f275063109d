// Writes the pages below docs/reference/ that are made from tables in the code. Run it with the pinned Node.
import { mkdirSync, writeFileSync } from 'node:fs'
import { configPage } from '../src/server/config-page.ts'

const folder = new URL('../docs/reference/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('config.md', folder), configPage())
