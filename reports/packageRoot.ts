// The folder of this package, wherever the code that asks has been bundled to: the nearest one above that is ours.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Package {
  readonly name: string
  readonly version: string
}

function find(): { readonly root: string; readonly version: string } {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    const found = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Package) : null
    if (found?.name === 'sinkproof') return { root: folder, version: found.version }
    if (folder === dirname(folder))
      throw new Error(`no package.json of sinkproof above ${fileURLToPath(import.meta.url)}`)
  }
}

export const { root: PACKAGE_ROOT, version: VERSION } = find()
