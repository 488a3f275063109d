/** What an operator does about an error of the system. Others of its errors are bugs of ours, and print as such. */
const advices: Readonly<Record<string, string>> = {
  ENOSPC: 'make room and start again',
  EDQUOT: 'raise the quota or make room, and start again',
  EROFS:
    'see why the file system is read-only, let this user write there, or set another place for it',
  EACCES: 'give this user the right to it, or set another place for it',
  EPERM: 'give this user the right to it, or set another place for it',
  EISDIR: 'there is a folder where a file belongs: move it away, or set another place for it',
  ENOTDIR: 'there is a file where a folder belongs: move it away, or set another place for it',
  EMFILE: 'raise the limit of open files (ulimit -n) and start again',
  ENFILE: 'raise the limit of open files of this machine and start again',
}

/** One sentence for an error of the file system that the operator, and nobody else, can do something about; else null. */
export function systemRefusal(
  error: unknown,
): { readonly code: string; readonly message: string } | null {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return null
  const advice = advices[String(error.code)]
  if (advice === undefined) return null
  return { code: 'system.refused', message: `The system refuses (${error.message}): ${advice}.` }
}
