// Runs in the page: gives it one bundle after the other, as somebody who drops them there, and gathers the answers.

function bytesOf(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

function filesOf(contents, name) {
  const transfer = new DataTransfer()
  for (const content of contents) transfer.items.add(new File([bytesOf(content)], name))
  return transfer
}

globalThis.dropAll = async (all) => {
  const { body } = document
  const found = []
  for (const [i, { zip, policy, heads }] of all.entries()) {
    document.getElementById('policy').value = policy
    document.getElementById('heads').files = filesOf(heads, 'head').files
    const { promise, resolve } = Promise.withResolvers()
    const name = `dropped ${i}`
    const seen = new MutationObserver(() => {
      if (body.dataset.of === name && body.dataset.exit !== undefined) resolve()
    })
    seen.observe(body, { attributes: true })
    const dataTransfer = filesOf([zip], name)
    document.dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }))
    await promise
    seen.disconnect()
    found.push(`${body.dataset.exit} ${body.dataset.code}`)
  }
  return found
}
