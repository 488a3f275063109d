/** A role as people type it. Which ones there are the API knows. */
export function roleOf(typed: string): string {
  return typed === 'admin' ? 'administrator' : typed
}
