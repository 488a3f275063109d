// Whether a server takes what has to be on record, as it says itself.
import { type TestServer } from './server.ts'

/** What `/health/ready` answers. */
export async function readiness(server: TestServer): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${server.ports.http}/health/ready`)
  await answer.body?.cancel()
  return answer.status
}

/** A server finds by itself that there is room again, and says so. */
export async function untilReady(server: TestServer): Promise<void> {
  const until = performance.now() + 30_000
  while ((await readiness(server)) !== 200) {
    if (performance.now() > until) throw new Error('the server did not find that there is room')
  }
}
