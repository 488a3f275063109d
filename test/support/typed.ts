// Commands as they are typed, over a data folder without a server.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext } from 'node:test'
import { run } from '../../src/cli/run.ts'

type Typed = { readonly status: number; readonly out: string; readonly err: string }

/** A company at `localhost`, where each password that is asked for is the same. @param settings beside where its files are */
export function typing(
  t: TestContext,
  settings: Readonly<Record<string, string>> = {},
): {
  readonly dir: string
  readonly type: (...words: readonly string[]) => Promise<Typed>
} {
  const dir = mkdtempSync(join(tmpdir(), 'onrecord-typed-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const files = { ONRECORD_DATA: join(dir, 'data'), ONRECORD_KEY_FILE: join(dir, 'keys/vault.key') }
  return {
    dir,
    async type(...words) {
      const lines: { out: string[]; err: string[] } = { out: [], err: [] }
      const status = await run(words, {
        env: { ...files, ...settings },
        input: Readable.from(['a long password\n']),
        out: (text) => lines.out.push(text),
        err: (text) => lines.err.push(text),
      })
      return { status, out: lines.out.join('\n'), err: lines.err.join('\n') }
    },
  }
}
