/** The sealed bytes of a file are not what was sealed. It costs whoever wants the file. */
export class FileDamaged extends Error {
  override readonly name = 'FileDamaged'
  readonly code = 'files.damaged'
}

/** Whoever uploads went away, or was too slow, before all had come. */
export class UploadCut extends Error {
  override readonly name = 'UploadCut'
  readonly code = 'files.upload-cut'
}
