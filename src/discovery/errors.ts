/** A bundle cannot be made as it was asked for. The message says why, for the officer. */
export class BundleRefused extends Error {
  override readonly name = 'BundleRefused'
  readonly code = 'export.refused'
}
