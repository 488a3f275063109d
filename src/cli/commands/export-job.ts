import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  type ExportAnswer,
  exportsAnswer,
  fetchAnswer,
  madeExport,
  oneExportAnswer,
} from '../../api/contract/exports.ts'
import { OperatorError } from '../../base/errors.ts'
import { administer, administerAll } from '../admin.ts'
import { answer, type Command, settingsOptions, textOption } from '../command.ts'
import { download } from '../download.ts'
import { putOnRecord, scopeOptions, scopeUsage } from './export-bundle.ts'

const asOption = { ...settingsOptions, as: { type: 'string' } } as const

export const exportStart: Command = {
  name: 'export start',
  usage: `onrecord export start               have the server make a bundle, and keep it for a while, sealed: ${scopeUsage}`,
  options: { ...settingsOptions, ...scopeOptions },
  words: 0,
  async run(call) {
    const made = await putOnRecord(call, { make: true })
    const { id, act } = madeExport.parse(made)
    answer(call, `export ${id} is on record as ${act}: see onrecord export show ${id}`, made)
    return 0
  },
}

export const exportList: Command = {
  name: 'export list',
  usage:
    'onrecord export list                exports that the server makes or has made --as ADDRESS',
  options: asOption,
  words: 0,
  async run(call) {
    const list = await administerAll(call, '/v1/exports', 'exports')
    const { exports } = exportsAnswer.parse(list)
    answer(call, exports.length === 0 ? 'there are none' : exports.map(line).join('\n'), list)
    return 0
  },
}

export const exportShow: Command = {
  name: 'export show',
  usage: 'onrecord export show ID             how far an export is --as ADDRESS',
  options: asOption,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const shown = await administer(call, { method: 'GET', path: pathOf(id) })
    const { export: its } = oneExportAnswer.parse(shown)
    const { purpose, matter, why, sha256, until } = its
    const lines = [
      line(its),
      `purpose\t${purpose}`,
      ...(matter === null ? [] : [`matter\t${matter}`]),
      ...(why === '' ? [] : [`why\t${why}`]),
      ...(sha256 === '' ? [] : [`sha256\t${sha256}`]),
      ...(until === null ? [] : [`until\t${until}`]),
    ]
    answer(call, lines.join('\n'), shown)
    return 0
  },
}

export const exportCancel: Command = {
  name: 'export cancel',
  usage: 'onrecord export cancel ID           call an export off that is not made yet --as ADDRESS',
  options: asOption,
  words: 1,
  async run(call) {
    const [id = ''] = call.args
    const shown = await administer(call, { method: 'POST', path: `${pathOf(id)}/cancel` })
    answer(call, `export ${id} is called off`, shown)
    return 0
  },
}

export const exportFetch: Command = {
  name: 'export fetch',
  usage:
    'onrecord export fetch ID PATH       the bundle that the server has made, on record first --as ADDRESS --purpose TEXT',
  options: { ...asOption, purpose: { type: 'string' } },
  words: 2,
  async run(call) {
    const [id = '', path = ''] = call.args
    if (existsSync(path))
      throw new OperatorError('export.exists', `${path} is there already: name another file`)
    const body = { purpose: textOption(call, 'purpose') ?? '' }
    const noted = await administer(call, { method: 'POST', path: `${pathOf(id)}/fetches`, body })
    const { fetch } = fetchAnswer.parse(noted)
    const bytes = await download(call, `${pathOf(id)}/fetches/${fetch}`, resolve(path))
    answer(call, `${path}: ${bytes} bytes`, { path, bytes })
    return 0
  },
}

function pathOf(id: string): string {
  return `/v1/exports/${encodeURIComponent(id)}`
}

function line({ id, act, by, at, state, progress: { records, of, bytes } }: ExportAnswer): string {
  return [id, `act ${act}`, by, at, state, `${records} of ${of ?? '?'}`, `${bytes} bytes`].join(
    '\t',
  )
}
