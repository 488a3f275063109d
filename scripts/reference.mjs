// Writes the pages below docs/ that are made from tables in the code. Run it with the pinned Node.
import { mkdirSync, writeFileSync } from 'node:fs'
import { configPage } from '../src/server/config-page.ts'
import { doap } from '../src/xmpp/doap.ts'
import { features } from '../src/xmpp/features/index.ts'
import { xepsPage } from '../src/xmpp/xeps-page.ts'

const folder = new URL('../docs/reference/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('config.md', folder), configPage())
writeFileSync(new URL('xeps.md', folder), xepsPage(features))
writeFileSync(new URL('../onrecord.doap', folder), doap(features))
