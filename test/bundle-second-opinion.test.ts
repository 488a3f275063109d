// The release gate: a second implementation, in another language and from the specification, says the same of each bundle of the table.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { bundleCases } from './support/bundles/cases.ts'

const python = '/usr/bin/python3'
const program = join(import.meta.dirname, 'verify_bundle.py')

test(
  'a verifier in Python gives each bundle of the table the answer that the table has',
  { skip: existsSync(python) ? false : 'there is no python3' },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onrecord-table-'))
    try {
      const cases = await bundleCases()
      const index = cases.map(({ zip, policy, heads = [] }, i) => {
        const names = {
          zip: `${i}.zip`,
          policy: `${i}.policy`,
          heads: heads.map((_, n) => `${i}.head${n}`),
        }
        writeFileSync(join(folder, names.zip), zip)
        writeFileSync(join(folder, names.policy), policy)
        for (const [n, head] of heads.entries())
          writeFileSync(join(folder, names.heads[n] ?? ''), head)
        return names
      })
      writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
      const ran = spawnSync(python, [program, '--table', folder], { encoding: 'utf8' })
      assert.equal(ran.status, 0, ran.stderr)
      const answers: readonly { exit: number; code: string }[] = JSON.parse(ran.stdout)
      assert.equal(answers.length, cases.length)
      const wrong = cases.flatMap(({ name, exit, code }, i) => {
        const found = answers[i]
        const isSame = found?.exit === exit && found.code === code
        return isSame ? [] : [`${name}: ${found?.exit} ${found?.code}, expected ${exit} ${code}`]
      })
      assert.deepEqual(wrong, [])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
