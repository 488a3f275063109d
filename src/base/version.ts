import { readFileSync } from 'node:fs'

const packageFile = new URL('../../package.json', import.meta.url)

/** The product's version, as package.json has it. XEP-0092 and `onrecord version` tell it. */
export const productVersion: string = String(JSON.parse(readFileSync(packageFile, 'utf8')).version)
