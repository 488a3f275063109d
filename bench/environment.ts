/** What programs under bench/ pass on to those that they start. */
// oxlint-disable-next-line node/no-process-env -- a program that starts others hands its environment on
export const env: NodeJS.ProcessEnv = process.env
