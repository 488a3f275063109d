import { chmod, rm } from 'node:fs/promises'
import { type FastifyInstance } from 'fastify'
import { OperatorError } from '../base/errors.ts'

/** What the system takes as the path of a socket, in bytes: sun_path less its final zero. */
const pathBytesMax = 107

/**
 * Serves the API of administration at a socket that this user alone can open. Call it with the data folder's lock held: a
 * socket that is there then is a leftover of a server that was killed.
 */
export async function listenAdminSocket(app: FastifyInstance, path: string): Promise<void> {
  if (Buffer.byteLength(path) > pathBytesMax)
    throw new OperatorError(
      'admin.path-too-long',
      `The path of ${path} is longer than ${pathBytesMax} bytes: put ONRECORD_DATA in a folder with a shorter path.`,
    )
  await rm(path, { force: true })
  // Made with no rights for others from the start, so that there is no moment in which they could come in.
  // The mask is the whole process's: it leaves their owner's rights to folders that the integrator may make meanwhile.
  const before = process.umask(0o077)
  try {
    await app.listen({ path })
  } finally {
    process.umask(before)
  }
  await chmod(path, 0o600)
}
