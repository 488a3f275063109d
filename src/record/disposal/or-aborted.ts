/** Waits for it, or for the signal, whichever comes first. What is waited for goes on by itself. @throws what the signal was given as its reason */
export async function orAborted<T>(signal: AbortSignal, waited: Promise<T>): Promise<T> {
  // Nobody waits for it any more: that it fails later, as at a stop, is nobody's failure.
  waited.catch(() => undefined)
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([waited, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
