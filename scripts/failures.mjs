// A reporter for `node --test` that says of each test that failed its file, its name and why, a few lines each: `npm test` has several
// runs of thousands of tests, and repeats this at the very end.
export default async function* failures(source) {
  for await (const { type, data } of source) {
    // Node ends with 1 for this as well, and counts no failure.
    if (type === 'test:diagnostic' && data.message.startsWith('Error: '))
      yield `${data.message}\n\n`
    if (type !== 'test:fail') continue
    const { error } = data.details
    // What fails because something inside of it does is told by that.
    if (error?.failureType === 'subtestsFailed') continue
    const why = String(error?.cause?.stack ?? error?.cause ?? error).slice(0, 2_000)
    yield `${data.file ?? ''}:${data.line ?? ''}\n  ${data.name}\n  ${why.replaceAll('\n', '\n  ')}\n\n`
  }
}
