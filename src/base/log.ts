/** Values that an event may carry: ids, counts, codes. Never content, addresses of people, resources, keys. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** Events with a fixed name, such as `record.recovered`, and fields of bounded variety. */
export type Log = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

/** For tests and for tools that print their own lines. */
export const silentLog: Log = { info() {}, warn() {}, error() {} }
