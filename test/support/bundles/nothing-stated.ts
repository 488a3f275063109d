/** What exports state where nothing has the data folder open. */
export async function nothingStated(): Promise<[]> {
  return await Promise.resolve([])
}
