// A thread that makes one list of heads, or counts what is in buckets, and ends: what `heads-thread.ts` starts. It needs no key: handles are what entries say in clear.

import { parentPort, workerData } from 'node:worker_threads'
import { lowerThreadPriority } from '../../base/thread-priority.ts'
import { type HeadsAsk } from '../../record/heads/ports.ts'
import { listHeads } from '../../record/heads/list.ts'
import { sqliteHeadRows } from '../sqlite/mailbox-heads.ts'

// The type of what `heads-thread.ts` starts this file with.
const { path, ask }: { readonly path: string; readonly ask: HeadsAsk | null } = workerData

// Nobody waits for it but a statement that is made once an hour, or an export.
lowerThreadPriority()
const rows = sqliteHeadRows(path)
parentPort?.postMessage(ask === null ? rows.counts() : listHeads(rows, ask), [])
rows.close()
