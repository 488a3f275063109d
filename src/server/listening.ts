import { OperatorError } from '../base/errors.ts'

/** Where a listener is to be, and the setting that says so. */
export type Where = { readonly bind: string; readonly port: number; readonly setting: string }

/**
 * Has something listen.
 *
 * @throws {OperatorError} with one sentence that names port and setting when it cannot
 */
export async function listening<T>(where: Where, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen()
  } catch (cause) {
    // A part may have wrapped the system's error in one that does not know the setting.
    const system = cause instanceof OperatorError ? cause.cause : cause
    const code = system instanceof Error && 'code' in system ? String(system.code) : ''
    const advice = advices[code]
    if (advice === undefined) throw cause
    throw new OperatorError('listen.failed', advice(where), { cause })
  }
}

const advices: Readonly<Record<string, (where: Where) => string>> = {
  EADDRINUSE: ({ bind, port, setting }) =>
    `Port ${port} at ${bind} is taken by another program: stop that, or set ${setting} to a free port.`,
  EACCES: ({ bind, port, setting }) =>
    `This user may not listen at port ${port} of ${bind}: set ${setting} to a port above 1023.`,
  EADDRNOTAVAIL: ({ bind, setting }) =>
    `${bind} is no address of this machine: set ${setting === 'ONRECORD_ADMIN_BIND' ? setting : 'ONRECORD_BIND'} to one that is.`,
}
