// What an officer waits for an answer out of buckets that are older than the hot window, from a key agent that is shown the act first and
// writes down what it opens; beside it the same with a window that is always open, and without an agent.
//   node bench/cold-buckets.ts [messages]
import { noAccess } from '../test/fakes/no-access.ts'
import { createDiscovery } from '../src/discovery/discovery.ts'
import { personId } from '../src/record/ids.ts'
import { toHex } from '../src/base/bytes.ts'
import { RecordRefused } from '../src/record/errors.ts'
import { type Config } from '../src/server/config.ts'
import { type Storage } from '../src/server/storage.ts'
import { recordFolder } from '../test/support/record-folder.ts'
import { directRecord } from '../test/support/sealed-batches.ts'

const messages = Number(process.argv[2] ?? 5_000)
const people = 60
const pageRecords = 50
const dayMs = 86_400_000

using folder = recordFolder()
const ids = Array.from({ length: people }, (_, i) => personId(i.toString(16).padStart(32, 'f')))
const officer = personId('f'.repeat(32))

await folder.session(Date.now() - 120 * dayMs, async ({ record, search }) => {
  for (let n = 0; n < messages; n += 100)
    await Promise.all(Array.from({ length: 100 }, async (_, i) => await say(record, n + i)))
  await search.reached(record.size)
})

async function say(record: Storage['record'], n: number): Promise<void> {
  const [from, to] = [ids[n % people] ?? officer, ids[(n * 7 + 1) % people] ?? officer]
  const text = `plum ${n} ${n % 100 === 0 ? 'damson' : 'pear'}`
  const draft = { from, to, text, fromDevice: 'desk', id: `m${n}`, originId: `m${n}` }
  await record.append(directRecord(draft))
}

async function asks(changes: Partial<Config>, name: string): Promise<void> {
  await folder.with(changes).session(Date.now(), async (storage) => {
    const { record, search, keys } = storage
    await wake(storage)
    await search.reached(record.size)
    const discovery = createDiscovery({
      record,
      search,
      heads: {
        newest: async () =>
          await Promise.resolve({ size: messages, root: toHex(new Uint8Array(32)) }),
        of: async () => await Promise.resolve(null),
      },
      names: { person: async () => [], conversation: async () => [], held: async () => null },
      directory: {
        get: (id) => ({ id, address: 'officer@x', role: 'officer', enabled: true }),
        access: noAccess,
      },
      origin: keys.log.origin,
    })
    const access = {
      person: officer,
      through: 'command line',
      purpose: 'a case',
      matter: null,
      permission: 'content.search',
      within: null,
    } as const
    const times: string[] = []
    for (const query of ['damson', 'pear', 'damson', '/plum 12.0/', '/plum 34.0/']) {
      const from = performance.now()
      const order = 'newest' as const
      await discovery.search(access, { query, order, limit: pageRecords, after: null, size: null })
      times.push(`${query} ${(performance.now() - from).toFixed(0)} ms`)
    }
    process.stdout.write(`${name}: ${times.join('; ')}\n`)
  })
}

/** The clock has jumped since the last session, which is right. */
async function wake({ record }: Storage): Promise<void> {
  try {
    await say(record, messages)
  } catch (error) {
    if (!(error instanceof RecordRefused)) throw error
    record.confirmClock()
    await say(record, messages)
  }
}

for (let round = 0; round < 3; round++) {
  await asks({ keyAgent: 'inside' }, 'inside')
  await asks({ keyAgent: 'process', hotMs: null }, 'agent, always')
  await asks({ keyAgent: 'process', hotMs: 30 * dayMs }, 'agent, cold')
}
